"""The workflows judged by what is not ours: Google's grammar, and its discovery documents."""

import copy
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import yaml

from tests.components.test_gcp_exports import CLUSTERS, AlloyDb
from tests.components.test_gcp_workflows import PROJECT, SOURCES, CloudSql, alert, forced
from tests.components.workflow_runner import Run
from tests.google_documents import document, method_of, misfits
from tests.workflow_grammar import LONGEST_SOURCE, faults
from tricenter.components.gcp.workflow_source import ExportedDatabase, export_source

DOCUMENTS = {"sqladmin.googleapis.com": ("sqladmin", "v1"),
             "alloydb.googleapis.com": ("alloydb", "v1"),
             "monitoring.googleapis.com": ("monitoring", "v3")}  # fmt: skip
Change = Callable[[dict[str, Any]], object]


def last(workflows: dict[str, Any]) -> list[dict[str, Any]]:
    """The steps of `take_over`."""
    return workflows["take_over"]["steps"]


@pytest.mark.parametrize("name", SOURCES)
def test_google_would_take_the_source(name: str) -> None:
    """Structure, names, jumps, calls, functions, lengths."""
    assert list(faults(yaml.safe_load(SOURCES[name]))) == []
    assert len(SOURCES[name].encode()) < LONGEST_SOURCE


WRONG: dict[str, Change] = {
    "a key of none": lambda w: last(w).append({"x": {"calls": "look"}}),
    "two steps in one": lambda w: last(w).append({"x": {"return": 1}, "y": {"return": 1}}),
    "a name twice": lambda w: last(w).append({"begin": {"return": 1}}),
    "the name of an end": lambda w: last(w).append({"end": {"return": 1}}),
    "a jump to nowhere": lambda w: last(w).append({"x": {"next": "nowhere"}}),
    "a call of nothing": lambda w: last(w).append({"x": {"call": "nothing", "args": {}}}),
    "a parameter too few": lambda w: last(w).append({"x": {"call": "look", "args": {}}}),
    "no such severity": lambda w: last(w).append(
        {"x": {"call": "sys.log", "args": {"severity": "LOUD", "text": "x"}}}
    ),
    "no such function": lambda w: last(w).append({"x": {"return": "${max(1, 2)}"}}),
    "a retry without an end": lambda w: last(w).append(
        {"x": {"try": {"return": 1}, "retry": {"predicate": "${look}"}}}
    ),
    "single quotes": lambda w: last(w).append({"x": {"return": "${len('x')}"}}),
    "too long": lambda w: last(w).append({"x": {"return": '${"' + "x" * 400 + '"}'}}),
}


@pytest.mark.parametrize("name", WRONG)
def test_the_judge_refuses(name: str) -> None:
    """Each harm to a good source is seen."""
    workflows = copy.deepcopy(yaml.safe_load(SOURCES["forced"]))
    WRONG[name](workflows)
    assert list(faults(workflows))


def requests() -> list[tuple[str, str, dict[str, Any]]]:
    """What the workflows ask of Google, each as they run to their end."""
    seen: list[tuple[str, str, dict[str, Any]]] = []

    def watched(cloud: CloudSql | AlloyDb) -> Callable[[str, str, dict[str, Any]], Any]:
        def http(method: str, url: str, arguments: dict[str, Any]) -> Any:
            seen.append((method, url, arguments))
            return cloud(method, url, arguments)

        return http

    Run(forced(max_lag=30.0), watched(CloudSql())).start(alert("open"))
    Run(SOURCES["planned"], watched(CloudSql())).start({})
    exported = CloudSql()
    exported.leads = {"x": "a", "y": "a", **exported.leads}
    source = SOURCES["export"].replace('"x", "y"', '"west-ledger-a"')
    Run(source, watched(exported)).start()
    clusters = ExportedDatabase(name="ledger-a", instances=CLUSTERS, service="alloydb")
    Run(export_source(PROJECT, "cold", [clusters]), watched(AlloyDb())).start()
    return seen


def test_each_request_is_in_googles_documents() -> None:
    """Verb, host, path, parameters and body, as the service's own document has them."""
    found = requests()
    asked: set[str] = set()
    for verb, url, arguments in found:
        known = document(*DOCUMENTS[str(urlsplit(url).hostname)])
        method = method_of(known, verb, url)
        assert method is not None, (verb, url)
        asked.add(str(method["id"]))
        given = {*dict(parse_qsl(urlsplit(url).query)), *arguments.get("query", {})}
        assert given <= set(method["parameters"]), (method["id"], given)
        needed = {
            name
            for name, one in method["parameters"].items()
            if one.get("required") and one["location"] == "query"
        }
        assert needed <= given, (method["id"], needed)
        body = json.loads(json.dumps(arguments.get("body") or {}))
        assert list(misfits(known, method.get("request", {}).get("$ref"), body)) == []
    assert asked == {
        "sql.instances.get", "sql.instances.patch", "sql.instances.promoteReplica",
        "sql.instances.switchover", "sql.instances.export", "sql.operations.get",
        "monitoring.projects.timeSeries.list", "alloydb.projects.locations.clusters.get",
        "alloydb.projects.locations.clusters.export", "alloydb.projects.locations.operations.get",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("verb", "path", "body"),
    [
        ("POST", "instances/x/promote", {}),
        ("PUT", "instances/x/promoteReplica", {}),
        ("PATCH", "instances/x", {"setting": {}}),
        ("PATCH", "instances/x", {"settings": {"activationPolicy": "SOMETIMES"}}),
    ],
)
def test_the_documents_refuse(verb: str, path: str, body: dict[str, Any]) -> None:
    """A method, a verb or a field that is not there is seen."""
    known = document("sqladmin")
    method = method_of(known, verb, f"https://sqladmin.googleapis.com/v1/projects/p/{path}")
    assert method is None or list(misfits(known, method["request"]["$ref"], body))
