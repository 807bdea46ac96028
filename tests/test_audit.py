"""The audit of failover paths finds APIs that die with the region, and says where others live."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tricenter.cli import audit as command
from tricenter.cli.app import build_app
from tricenter.topology.bundle import audit as audit_module
from tricenter.topology.bundle.audit import audit, judge
from tricenter.topology.bundle.model import Call, Step
from tricenter.topology.compile import compile_plan
from tricenter.topology.validate import load

ROOT = Path(__file__).parent.parent
SPECS = {"aws": "ledger-aws", "gcp": "ledger-gcp", "mixed": "ledger-mixed"}


def plan_of(target: str):
    """The plan of a target's reference spec."""
    return compile_plan(load(ROOT / f"stacks/{SPECS[target]}.yaml"), target)


@pytest.mark.parametrize("target", SPECS)
def test_paths_of_the_reference_specs_are_safe(target: str) -> None:
    """No path of ours needs what its scenario takes, and each path is looked at."""
    plan = plan_of(target)
    found = audit(plan, "s")
    assert {f.scenario.partition(":")[0] for f in found} >= {"lose-site", "lose-city", "isolate"}
    assert not [finding for finding in found if finding.verdict != "ok"]
    assert all(finding.source.startswith(("https://", "docs/")) for finding in found)


@pytest.mark.parametrize(
    ("service", "region", "home", "verdict"),
    [
        ("route53", "us-east-1", "us-east-1", "struck"),
        ("iam", "ap-northeast-1", "us-east-1", "struck"),
        ("route53-data", "us-east-1", None, "ok"),
        ("globalaccelerator", "ap-northeast-1", "us-west-2", "ok"),
        ("rds", "ap-northeast-1", "ap-northeast-1", "ok"),
        ("rds", "us-east-1", "us-east-1", "struck"),
    ],
)
def test_homes_in_the_disaster_are_found(
    service: str, region: str, home: str | None, verdict: str
) -> None:
    """With the city in us-east-1, its loss takes the control planes that live there."""
    plan = plan_of("aws")
    hosts = tuple(
        replace(h, place=replace(h.place, region="us-east-1")) if h.city == "singapore" else h
        for h in plan.hosts
        if h.place
    )
    plan = replace(plan, hosts=hosts)
    scenario = next(s for s in plan.scenarios if s.id == "lose-city:singapore")
    call = Call(cloud="aws", service=service, operation="X", region=region)
    (finding,) = judge(plan, scenario, (Step(id="x", kind="act", title="x", forced=(call,)),))
    assert (finding.home, finding.verdict) == (home, verdict)


@pytest.mark.parametrize("target", SPECS)
def test_the_command_prints_every_form(target: str) -> None:
    """Text, Markdown and JSON say the same number of calls; nothing struck exits with 0."""
    run = CliRunner()
    given = ["audit", str(ROOT / f"stacks/{SPECS[target]}.yaml"), "--target", target, "--strict"]
    texts = {
        form: run.invoke(build_app(), [*given, "--format", form])
        for form in ("text", "json", "markdown")
    }
    assert {result.exit_code for result in texts.values()} == {0}
    data = json.loads(texts["json"].stdout)
    count = len(data["findings"])
    assert count == len(audit(plan_of(target), "s")) and data["format"] == command.FORMAT
    assert texts["markdown"].stdout.count("\n| ") == count + 2
    assert f"{count} calls, 0 struck" in texts["text"].stdout


def test_strict_fails_when_something_is_struck(monkeypatch: pytest.MonkeyPatch) -> None:
    """With --strict a struck API is exit code 1, without it only a row."""
    plan = plan_of("aws")
    bad = replace(audit(plan, "s")[0], verdict="struck", home="us-east-1")
    monkeypatch.setattr(audit_module, "audit", lambda *_: (bad,))
    given = ["audit", str(ROOT / "stacks/ledger-aws.yaml"), "--target", "aws"]
    assert CliRunner().invoke(build_app(), given).exit_code == 0
    result = CliRunner().invoke(build_app(), [*given, "--strict"])
    assert result.exit_code == 1 and "struck" in result.stdout
