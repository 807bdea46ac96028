"""Bundles: complete, without the lost region, their calls those that the clouds know."""

import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from xml.etree.ElementTree import canonicalize

import pytest
from jsonschema import Draft202012Validator

from tests.google_documents import document, method_of, misfits
from tricenter.topology import document as spec_document
from tricenter.topology.bundle.lost import lost_regions, lost_sites
from tricenter.topology.bundle.model import Bundle, Call, calls
from tricenter.topology.bundle.steps import MOVES, make_bundle
from tricenter.topology.compile import compile_plan
from tricenter.topology.endpoints import OWN_HOSTS, endpoint_of, home_region
from tricenter.topology.plan import Plan
from tricenter.topology.render.bundle import files_for
from tricenter.topology.validate import load, validate

ROOT = Path(__file__).parent.parent
TARGETS = {"lab": "ledger", "aws": "ledger-aws", "gcp": "ledger-gcp", "mixed": "ledger-mixed"}
OTHER_SERVICES = (("aws", "rds"), ("gcp", "alloydb"), ("aws", "self-managed"))


def plan_of(target: str, service: str | None = None) -> Plan:
    """The plan of a target's reference spec, all databases on another service if one is named."""
    plan = _plan(target)
    if service is None:
        return plan
    return replace(plan, databases=tuple(replace(d, service=service) for d in plan.databases))


@cache
def _plan(target: str) -> Plan:
    return compile_plan(load(ROOT / f"stacks/{TARGETS[target]}.yaml"), target)


def bundles() -> list[Bundle]:
    """Every bundle of the reference specs, and of the services that they do not use."""
    asked = [*((target, None) for target in TARGETS), *OTHER_SERVICES]
    return [
        make_bundle(plan, scenario, "ledger-dev")
        for plan in (plan_of(*each) for each in asked)
        for scenario in plan.scenarios
    ]


BUNDLES = bundles()
CALLS = [(bundle, call) for bundle in BUNDLES for call in calls(bundle)]


def unique(cloud: str) -> list[Call]:
    """The different calls to a cloud."""
    return list({repr(call): call for _, call in CALLS if call.cloud == cloud}.values())


def test_every_scenario_has_a_bundle_that_fits_the_schema() -> None:
    """What programs read is what the published schema says."""
    schema = json.loads((ROOT / "docs/schema/bundle.v1.json").read_text(encoding="utf-8"))
    validator = Draft202012Validator(schema)
    for bundle in BUNDLES:
        data = json.loads(json.dumps(bundle.data()))
        assert not [error.message for error in validator.iter_errors(data)]
    assert list(validator.iter_errors(json.loads(json.dumps(BUNDLES[0].data())) | {"seat": 1}))


@pytest.mark.parametrize("target", TARGETS)
def test_observed_roles_change_no_byte(target: str) -> None:
    """A failover must not make the bundles in the sites stale."""
    spec = load(ROOT / f"stacks/{TARGETS[target]}.yaml")
    other = {d.name: d.members[-1].site for d in plan_of(target).databases}
    swapped = compile_plan(spec, target, other)
    assert swapped.databases != plan_of(target).databases
    assert [*files_for(swapped, "s")] == [*files_for(plan_of(target), "s")]


@pytest.mark.parametrize("target", TARGETS)
def test_the_lost_region_is_not_needed(target: str) -> None:
    """No forced call goes to a region where nothing is left, nor to an API whose home is there.

    A planned one needs both sides; some services take it only at the side that leads.
    """
    plan, seen = plan_of(target), 0
    for scenario in plan.scenarios:
        gone = lost_regions(plan, lost_sites(scenario))
        for call in [c for s in make_bundle(plan, scenario, "ledger-dev").steps for c in s.forced]:
            seen += 1
            assert call.region not in gone
            assert home_region(call.cloud, call.service, call.region) not in gone
            for url in call.urls:
                assert not any(region in (urlsplit(url).hostname or "") for region in gone)
    assert seen > 50


def test_what_a_scenario_takes_is_named() -> None:
    """The loss of the city takes its region; the loss of one of its two sites does not."""
    plan = plan_of("aws")
    taken = {s.id: lost_regions(plan, lost_sites(s)) for s in plan.scenarios}
    assert taken["lose-city:singapore"] == ("ap-southeast-1",)
    assert taken["lose-site:jurong"] == () and taken["isolate:tokyo-1"] == ("ap-northeast-1",)


@pytest.mark.parametrize("bundle", BUNDLES, ids=lambda b: f"{b.target}-{b.scenario}")
def test_order_of_steps(bundle: Bundle) -> None:
    """First look, then a person's approval, then fence, then act, each act followed by a proof."""
    kinds = [step.kind for step in bundle.steps]
    if "act" not in kinds:
        assert not any(
            call for step in bundle.steps for call in step.forced if step.kind != "observe"
        )
        return
    assert (
        kinds.index("observe") < kinds.index("approve") < kinds.index("fence") < kinds.index("act")
    )
    moved = {step.database for step in bundle.steps if step.id.startswith("move-")}
    assert moved and moved == {s.database for s in bundle.steps if s.kind == "verify"}
    assert kinds[-1] == "after" and bundle.scenario.partition(":")[0] in MOVES


def test_graceful_and_forced_are_other_calls() -> None:
    """Between regions a planned change is never the forced call, nor the other way round."""
    forced = {"FailoverGlobalCluster", "instances.promoteReplica", "failover",
              "projects.locations.clusters.promote"}  # fmt: skip
    planned = {"SwitchoverGlobalCluster", "instances.switchover", "switchover",
               "projects.locations.clusters.switchover"}  # fmt: skip
    seen: set[str] = set()
    for bundle in BUNDLES:
        for step in bundle.steps:
            graceful = {call.operation for call in step.graceful}
            hard = {call.operation for call in step.forced}
            assert not graceful & forced and not hard & planned
            seen |= graceful | hard
    assert forced | planned <= seen
    promotions = [call for _, call in CALLS if call.operation == "instances.promoteReplica"]
    assert all("failover=true" in url for call in promotions for url in call.urls)


def test_calls_to_aws_are_in_its_model() -> None:
    """Each request is one of the service's operations, with members that it requires and knows."""
    session = pytest.importorskip("botocore.session").get_session()
    from botocore.validate import ParamValidator

    found = [call for call in unique("aws") if call.service == "rds"]
    for call in found:
        model = session.get_service_model(call.service)
        body = dict(parse_qsl(call.body))
        assert (body.pop("Action"), body.pop("Version")) == (call.operation, model.api_version)
        given: dict[str, Any] = {name: value == "true" or value for name, value in body.items()}
        shape = model.operation_model(call.operation).input_shape
        assert not ParamValidator().validate(given, shape).has_errors(), call
        answer = model.operation_model(call.operation).output_shape
        if call.expect and call.expect.element:
            names = _members(answer, set())
            assert {call.expect.element, *call.expect.having, *call.expect.equals} <= names
    assert {call.operation for call in found} >= {
        "RebootDBInstance",
        "PromoteReadReplica",
        "FailoverDBCluster",
    }


def test_calls_to_route53_are_as_its_model_writes_them() -> None:
    """Path, query and body are what botocore sends; the answer has what is looked for."""
    pytest.importorskip("botocore.session")
    name = "ledger-a-rw.pay.example.com"
    values = [{"Value": "{host}"}]
    record = {"Name": name, "Type": "CNAME", "TTL": 5, "ResourceRecords": values}
    asked: dict[str, dict[str, Any]] = {
        "ListHostedZonesByName": {"DNSName": "pay.example.com"},
        "ListResourceRecordSets": {
            "HostedZoneId": "ID", "StartRecordName": name, "StartRecordType": "CNAME",
            "MaxItems": "1",
        },
        "ChangeResourceRecordSets": {
            "HostedZoneId": "ID",
            "ChangeBatch": {"Changes": [{"Action": "UPSERT", "ResourceRecordSet": record}]},
        },
    }  # fmt: skip
    found = {c.operation: c for c in unique("aws") if c.service == "route53" and name in repr(c)}
    found |= {c.operation: c for c in unique("aws") if c.operation == "ListHostedZonesByName"}
    assert found.keys() == asked.keys()
    for operation, call in found.items():
        sent, shape = _as_botocore(operation, asked[operation])
        (url,) = map(urlsplit, call.urls)
        assert url.hostname == "route53.amazonaws.com"
        assert url.path == sent["url_path"].replace("/hostedzone/ID", "{zone}")
        assert dict(parse_qsl(url.query)) == dict(sent["query_string"])
        assert call.method == sent["method"]
        assert _canonical(call.body) == _canonical((sent["body"] or b"").decode())
        assert call.expect
        paths = [*call.expect.having, *call.expect.equals, *call.save.values()]
        wanted = {call.expect.element, *(part for path in paths for part in path.split("/"))}
        assert wanted <= _members(shape, set())


def _as_botocore(operation: str, given: dict[str, Any]) -> tuple[dict[str, Any], Any]:
    """The request that botocore would send, and the shape of its answer."""
    from botocore.serialize import create_serializer
    from botocore.session import get_session

    model = get_session().get_service_model("route53").operation_model(operation)
    return create_serializer("rest-xml").serialize_to_request(given, model), model.output_shape


def _canonical(text: str) -> str:
    return canonicalize(text) if text else ""


def _members(shape: Any, seen: set[str]) -> set[str]:
    """Every name that an answer of this shape may have as an element."""
    if shape is None or shape.name in seen:
        return set()
    seen = seen | {shape.name}
    if shape.type_name == "list":
        name = shape.member.serialization.get("name", "member")
        return {name} | _members(shape.member, seen)
    names = set(getattr(shape, "members", {}))
    inner = (_members(member, seen) for member in getattr(shape, "members", {}).values())
    return names.union(*inner)


def _method(document: dict[str, Any], path: str) -> dict[str, Any]:
    *resources, name = path.split(".")
    for resource in resources:
        document = document["resources"][resource]
    return document["methods"][name]


def test_calls_to_google_are_in_its_documents() -> None:
    """Each request has a method's verb, path, parameters and body, as the documents state them."""
    found = unique("gcp")
    assert {call.service for call in found} == {"sqladmin", "alloydb", "dns"}
    for call in found:
        version = urlsplit(call.urls[0]).path.removeprefix("/dns").split("/")[1]
        known = document(call.service, version)
        method = _method(known, call.operation)
        for url in call.urls:
            assert method_of(known, call.method, url) == method, url
            assert set(dict(parse_qsl(urlsplit(url).query))) <= set(method["parameters"])
        body = json.loads(call.body or "{}")
        assert list(misfits(known, method.get("request", {}).get("$ref"), body)) == []
        if call.expect:
            answer = known["schemas"][method["response"]["$ref"]]["properties"]
            for path, value in call.expect.equals.items():
                name, _, number = path.partition(".")
                assert number == ("0" if answer[name]["type"] == "array" else "")
                assert number or value in answer[name]["enum"]
        assert not call.save or call.service == "sqladmin" or _saved(known, method, call)


def _saved(known: dict[str, Any], method: dict[str, Any], call: Call) -> bool:
    """Whether what is kept of an answer is in it."""
    answer = known["schemas"][method["response"]["$ref"]]["properties"]
    return set(call.save.values()) <= set(answer)


def test_hosts_of_regions_are_those_of_the_documents() -> None:
    """The table of regional hosts is what Google's documents list."""
    for service, regions in OWN_HOSTS.items():
        assert regions == {one["location"] for one in document(service)["endpoints"]}


def test_every_api_has_a_home() -> None:
    """Nothing is called of which nobody has looked up where it lives."""
    for _, call in CALLS:
        assert endpoint_of(call.cloud, call.service).source


def test_no_secret_in_a_bundle() -> None:
    """Bundles lie in many places: they name credentials, and hold none."""
    for target in TARGETS:
        text = "".join(file.text for file in files_for(plan_of(target), "ledger-dev"))
        assert "PRIVATE KEY" not in text
        assert not re.search(r"AKIA[0-9A-Z]{16}|ya29\.|password\s*[:=]\s*['\"]?\w{8}", text)


def test_calls_name_how_to_do_it_by_hand() -> None:
    """A person without the runner finds the cloud's own command beside each request."""
    words = {"gcp": "gcloud "}
    for _, call in CALLS:
        assert bool(call.by_hand) is bool(call.urls)
        own = f"aws {call.service} " if call.cloud == "aws" else words.get(call.cloud, "")
        # What a later command names is set by an earlier one.
        assert re.sub(r"^[A-Z]+=\$\(", "", call.by_hand).startswith(own), call
    sample = next(c for _, c in CALLS if c.operation == "FailoverGlobalCluster")
    assert isinstance(sample, Call)
    assert "failover-global-cluster --global-cluster-identifier ledger-dev-" in sample.by_hand


@pytest.mark.parametrize(
    ("target", "service"), [*((target, None) for target in TARGETS), *OTHER_SERVICES]
)
def test_a_site_without_a_copy_is_asked_nothing_of_it(target: str, service: str | None) -> None:
    """Where no copy is left the runbook restores; nothing is asked of, or moved to, what has
    none."""
    data = spec_document.load(ROOT / f"stacks/{TARGETS[target]}.yaml").data
    name, database = next(iter(data["databases"].items()))
    apart = list(database["replicas"])[-1]
    del database["replicas"][apart]
    plan = compile_plan(validate(spec_document.parse(json.dumps(data))), target)
    if service:
        plan = replace(plan, databases=tuple(replace(d, service=service) for d in plan.databases))
    chosen = [s for s in plan.scenarios if set(lost_sites(s)) == {*data["sites"]} - {apart}]
    assert chosen
    for scenario in chosen:
        steps = make_bundle(plan, scenario, "ledger-dev").steps
        about = [(step.id, step.graceful, step.forced) for step in steps if step.database == name]
        assert about == [(f"gone-{name}", (), ())], scenario.id
