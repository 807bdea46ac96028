"""What `tricenter check` prints: SARIF by its schema, well-formed JUnit, JSON, Markdown, text."""

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from markdown_it import MarkdownIt

from tests.report_cases import (
    GOLDEN,
    check,
    checked,
    edited,
    rules,
    waiver,
    without_remote_replica,
)
from tests.rule_examples import ROOT, TODAY, spec_text
from tricenter.policies.expiring import find_expiring
from tricenter.policies.report import json as json_report
from tricenter.policies.report import junit, markdown, sarif, text
from tricenter.policies.report.checked import Check, CheckedFile, summary, worst_first
from tricenter.policies.rule import SEVERITIES
from tricenter.topology.validate import validate

Golden = Callable[[Path, str], None]
SCHEMA = json.loads((ROOT / "tests/sarif/sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft4Validator(SCHEMA, format_checker=jsonschema.FormatChecker())
BAD = "apiVersion: tricenter/v1\nname: Ledger\ncities: {}\nnonsense: true\n"
HOSTILE = "ends ]]> </testcase> <script> @everyone `x` | y ::error::boo &amp;"


@pytest.fixture(scope="module")
def everything() -> Check:
    """Every rule's example that fails, each as a file, a waived one and one that is no spec."""
    files = [
        checked(spec_text(rule.fails), f"specs/{rule.id}.yaml")
        for rule in rules()
        if rule.about == "spec"
    ]
    hostile = without_remote_replica() + waiver(reason=HOSTILE, owner="ops")
    files.append(checked(hostile, "specs/空 waived&.yaml"))
    files.append(checked(BAD, "specs/bad.yaml"))
    files.append(CheckedFile(file="/elsewhere/ledger.yaml", target="lab"))
    return check(*files)


def results(check: Check) -> list[dict[str, Any]]:
    """The results of a check's only SARIF run."""
    (run,) = json.loads(sarif.render(check))["runs"]
    return run["results"]


def test_sarif_is_valid(everything: Check) -> None:
    """Against the schema of OASIS, over what every rule says, with and without an address."""
    whole = json.loads(sarif.render(everything, version="1.2.3", home=""))
    linked = json.loads(sarif.render(everything, version="1.2.3", home="https://example.com/tri"))
    assert linked["runs"][0].pop("results") == whole["runs"][0]["results"]
    for said in (whole, linked):
        errors = [f"{list(e.path)}: {e.message}" for e in VALIDATOR.iter_errors(said)]
        assert not errors, "\n".join(errors)


def test_the_schema_refuses_what_is_no_sarif() -> None:
    """So that the test above can fail."""
    said = json.loads(sarif.render(check(checked(BAD))))
    said["runs"][0]["results"][0]["level"] = "critical"
    assert list(VALIDATOR.iter_errors(said))


def test_sarif_has_every_finding_once(everything: Check) -> None:
    """At its line, by a rule that the run describes, with a fingerprint of its own."""
    (run,) = json.loads(sarif.render(everything))["runs"]
    described = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(described) == len(set(described)) >= len(rules())
    problems = sum(len(file.diagnostics) for file in everything.files)
    assert len(run["results"]) == problems + len(tuple(everything.found))
    for result in run["results"]:
        assert described[result["ruleIndex"]] == result["ruleId"]
        assert result["locations"][0]["physicalLocation"]["region"]["startLine"] >= 1
    prints = [json.dumps(result["partialFingerprints"]) for result in run["results"]]
    assert len(set(prints)) == len(prints)


def test_sarif_says_where_a_finding_stands(everything: Check) -> None:
    """A waived one is suppressed; what cannot be judged is open, without a level."""
    found = results(everything)
    suppressed = [result for result in found if "suppressions" in result]
    waived = [one for one in everything.found if one.violation.standing == "waived"]
    assert len(suppressed) == len(waived) >= 1
    assert suppressed[-1]["suppressions"][0]["kind"] == "external"
    assert "boo" in suppressed[-1]["suppressions"][0]["justification"]
    unknown = [one for one in everything.found if one.violation.standing == "unknown"]
    opened = [result for result in found if result.get("kind") == "open"]
    assert len(opened) == len(unknown) >= 1
    assert {result["level"] for result in opened} == {"none"}


def test_a_fingerprint_stays_when_lines_move() -> None:
    """Two comment lines above change the line and nothing else."""
    before = results(check(checked(without_remote_replica())))
    after = results(check(checked("# one\n# two\n" + without_remote_replica())))
    assert [r["partialFingerprints"] for r in before] == [r["partialFingerprints"] for r in after]
    lines = [r["locations"][0]["physicalLocation"]["region"]["startLine"] for r in after]
    assert lines != [r["locations"][0]["physicalLocation"]["region"]["startLine"] for r in before]


def test_sarif_of_a_relative_file_is_relative(everything: Check) -> None:
    """A host finds the file in the checkout; names are escaped as URIs ask for."""
    (run,) = json.loads(sarif.render(everything))["runs"]
    uris = [one["location"]["uri"] for one in run["artifacts"]]
    assert "specs/%E7%A9%BA%20waived%26.yaml" in uris
    assert "file:///elsewhere/ledger.yaml" in uris


def test_a_specs_text_is_no_link_in_sarif() -> None:
    """A stranger writes a waiver's rule and target; a host would show them a link of theirs."""
    spec = without_remote_replica() + waiver().replace("replica-per-site", "[help](https://x.test)")
    found = results(check(checked(spec.replace("rule: [", 'rule: "[').replace("test)", 'test)"'))))
    said = [result["message"]["text"] for result in found if "x.test" in str(result["message"])]
    assert said and not [text for text in said if "](" in text]


def test_texts_are_as_short_as_hosts_take_them(everything: Check) -> None:
    """GitHub takes 1,024 characters of a description and 20 tags (checked 2026-11-25)."""
    (run,) = json.loads(sarif.render(everything))["runs"]
    for rule in run["tool"]["driver"]["rules"]:
        texts = [
            rule[key]["text"] for key in ("shortDescription", "fullDescription") if key in rule
        ]
        assert all(len(text) <= 1024 for text in texts), rule["id"]
        assert len(rule["properties"]["tags"]) <= 20


def test_junit_is_well_formed_and_counts(everything: Check) -> None:
    """A case for each rule and file, and one for whether the file is a spec."""
    root = ET.fromstring(junit.render(everything))
    suites = root.findall("testsuite")
    assert [suite.get("name") for suite in suites] == [file.file for file in everything.files]
    for suite, file in zip(suites, everything.files, strict=True):
        cases = suite.findall("testcase")
        names = [case.get("name") for case in cases]
        assert len(names) == len(set(names)) == int(suite.get("tests", "-1"))
        assert len(cases) == (1 if file.diagnostics else len(everything.rules) + 1)
        refusing = {o.violation.rule.id for o in file.found if everything.refuses(o)}
        assert {c.get("name") for c in cases if c.find("failure") is not None} == refusing
    waived = suites[-3]
    skipped = [c for c in waived if c.find("skipped") is not None]
    assert "replica-per-site" in {case.get("name") for case in skipped}
    assert int(root.get("errors", "0")) == 1


def test_json_has_everything(everything: Check) -> None:
    """Counts agree with the findings, and each rule that spoke is described."""
    said = json.loads(json_report.render(everything))
    found = [finding for file in said["files"] for finding in file["findings"]]
    assert said["format"] == "tricenter.check/v1"
    assert said["counts"]["violations"] == sum(said["counts"][name] for name in SEVERITIES)
    assert said["counts"]["violations"] == sum(f["standing"] == "violation" for f in found)
    assert said["counts"]["problems"] == len(said["files"][-2]["problems"]) > 1
    assert {finding["rule"] for finding in found} == set(said["rules"])
    assert said["refused"] is any(f["refuses"] for f in found) is True
    waived = next(f for f in said["files"][-3]["findings"] if f["waiver"])
    assert waived["waiver"]["expires"] == "2031-12-31"


def test_markdown_leaves_a_stranger_no_power(everything: Check) -> None:
    """Text of a spec makes no tag, no mention, no further row and no further cell."""
    said = markdown.render(everything)
    assert "<script>" not in said and "@everyone" not in said
    (row,) = [line for line in said.splitlines() if "boo" in line]
    page = MarkdownIt("commonmark", {"html": True}).enable("table").render(said)
    assert "<script" not in page and "everyone" in page
    assert row.count(" | ") == 5


def test_text_is_as_it_was_looked_at(golden: Golden) -> None:
    """The main case, a waived one and a file that is no spec."""
    only = ("replica-per-site", "remote-distance", "waiver-current", "waiver-needed")
    near = ("chengdu: {at: [30.57, 104.07]", "chengdu: {at: [31.23, 121.47]")
    said = check(
        checked(without_remote_replica(), "stacks/ledger.yaml", *only),
        checked(edited(near) + waiver(), "stacks/near.yaml", *only),
        checked(without_remote_replica() + waiver(), "stacks/waived.yaml", *only),
        checked(BAD, "stacks/bad.yaml"),
    )
    golden(GOLDEN / "check.txt", text.render(said))
    golden(GOLDEN / "check.md", markdown.render(said))


def test_text_tells_a_rules_reasons_once() -> None:
    """Two databases lack the replica: two findings, one fix."""
    both = edited((", tianfu: {voter: true}}", "}"))
    said = text.render(check(checked(both, "a.yaml", "replica-per-site")))
    assert said.count("critical[replica-per-site]") == 2
    assert said.count("fix: ") == 1


def test_worst_first_then_waived_then_unknown(everything: Check) -> None:
    """Whatever the order of the files."""
    found = worst_first(tuple(everything.found))
    standings = [one.violation.standing for one in found]
    assert standings == sorted(standings, key=("violation", "waived", "unknown").index)
    ranks = [
        SEVERITIES.index(one.violation.rule.severity)
        for one in found
        if one.violation.standing == "violation"
    ]
    assert ranks == sorted(ranks)


def test_the_summary_counts_in_words() -> None:
    """None, one, several."""
    assert summary(()) == "no violation"
    found = checked(without_remote_replica(), "a.yaml", "replica-per-site").found
    assert summary(found) == "1 violation (1 critical)"
    assert summary(found * 2, 1) == "1 problem, 2 violations (2 critical)"


def test_colours_are_only_around_words() -> None:
    """Without them the text is the same."""
    import re

    said = check(checked(without_remote_replica()), checked(BAD))
    coloured = text.render(said, colour=True)
    assert "\x1b[1;31mcritical\x1b[0m[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == text.render(said)


def test_a_waivers_reason_cannot_begin_a_line() -> None:
    """A build's runner takes lines that begin with `::` as its commands."""
    reason = "we move the line\\n::set-output name=x::y\\n\\x1b[31m"
    spec = without_remote_replica() + waiver(reason=reason)
    said = text.render(check(checked(spec)))
    assert "::set-output" in said and "\x1b" not in said
    assert not [line for line in said.splitlines() if line.lstrip().startswith("::")]


@pytest.mark.parametrize(("days", "found"), [(0, 0), (4, 0), (5, 0), (6, 1), (400, 1)])
def test_waivers_that_expire_soon(days: int, found: int) -> None:
    """On its last day a waiver holds; it has expired on the day after."""
    last = TODAY + timedelta(days=5)
    topology = validate(without_remote_replica() + waiver(expires=last.isoformat()))
    said = list(find_expiring(topology, TODAY, timedelta(days=days)))
    assert len(said) == found
    assert all("in 5 days" in one.finding.message for one in said)
