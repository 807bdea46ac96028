"""The audit of failover paths: which APIs each one calls, where those live, what strikes them."""

from dataclasses import dataclass
from typing import Literal

from tricenter.topology.bundle.lost import lost_regions, lost_sites
from tricenter.topology.bundle.model import Call, Step
from tricenter.topology.bundle.steps import make_bundle
from tricenter.topology.endpoints import EVERYWHERE, endpoint_of, home_region
from tricenter.topology.plan import Plan, PlannedScenario

Verdict = Literal["ok", "struck"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One API that a failover path calls; `home` is None where no one region is needed for it.

    `verdict` is struck where the API lives in a region that the scenario takes.
    """

    scenario: str
    database: str | None
    steps: tuple[str, ...]
    api: str
    operation: str
    asked: str
    home: str | None
    verdict: Verdict
    note: str
    source: str


def audit(plan: Plan, stack: str) -> tuple[Finding, ...]:
    """Every API of every failover path, by scenario and step; each once a database."""
    found: list[Finding] = []
    for scenario in plan.scenarios:
        bundle = make_bundle(plan, scenario, stack)
        if any(step.kind == "act" for step in bundle.steps):
            found += judge(plan, scenario, bundle.steps)
    return tuple(found)


def judge(plan: Plan, scenario: PlannedScenario, steps: tuple[Step, ...]) -> tuple[Finding, ...]:
    """The findings of one scenario's steps."""
    gone = lost_regions(plan, lost_sites(scenario))
    asked: dict[tuple[str | None, str, str, str], tuple[Call, list[str]]] = {}
    for step in steps:
        # A planned change needs both sides; AWS takes it only at the one that leads.
        for call in (*(c for c in step.graceful if c.region not in gone), *step.forced):
            key = (step.database, call.service, call.operation, call.region)
            _, names = asked.setdefault(key, (call, []))
            if step.kind not in names:
                names.append(step.kind)
    return tuple(
        _finding(scenario, database, call, tuple(names), gone)
        for (database, *_), (call, names) in asked.items()
    )


def home_words(finding: Finding) -> str:
    """Where an API lives, as tables say it."""
    return finding.home or EVERYWHERE


def _finding(
    scenario: PlannedScenario,
    database: str | None,
    call: Call,
    steps: tuple[str, ...],
    gone: tuple[str, ...],
) -> Finding:
    known = endpoint_of(call.cloud, call.service)
    home = home_region(call.cloud, call.service, call.region)
    return Finding(
        scenario=scenario.id,
        database=database,
        steps=steps,
        api=f"{call.cloud}:{call.service}",
        operation=call.operation,
        asked=call.region,
        home=home,
        verdict="struck" if home in gone else "ok",
        note=known.note,
        source=known.source,
    )
