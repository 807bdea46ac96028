"""Records of drills: whether a loss was tried, how it came out, and how long ago that is."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from tricenter.policies.facts import DrillFact
from tricenter.policies.grades.model import Evidence
from tricenter.policies.grades.view import View
from tricenter.policies.notions.drill_ages import refused, take_over
from tricenter.topology.compile import digest
from tricenter.topology.units import SECONDS, parse_duration

DAY = SECONDS["d"]
RESTORES = ("lose-all", "drop-table")
"""Classes of scenarios whose recovery is a restore from backups."""
RESTORED_WITHIN = "1y"
"""Periodically, read as the year that DORA gives for the tests of plans."""


def drilled(view: View, losses: Sequence[str], within: str) -> Iterator[Evidence]:
    """For each of these classes of losses, the newest record is young enough and passed."""
    for kind in losses:
        newest = _newest(view, kind)
        yield _never(view, kind) if newest is None else _judged(view, newest, within)


def plan_drilled(view: View, losses: Sequence[str], within: str) -> Iterator[Evidence]:
    """The same of a plan: one that failed is missed; one that nobody drilled is only stated."""
    for kind in losses:
        newest = _newest(view, kind)
        piece = _never(view, kind) if newest is None else _judged(view, newest, within)
        failed = newest is not None and newest.verdict == "fail"
        unshown = piece.mark == "missed" and not failed
        yield replace(piece, mark="not contradicted") if unshown else piece


def restored(view: View) -> Iterator[Evidence]:
    """The newest drill that restores from backups passed; without one a schedule is no result."""
    fitting = [f for f in view.facts.drills if f.scenario.partition(":")[0] in RESTORES]
    newest = max(fitting, key=lambda fact: (fact.day, fact.file), default=None)
    if newest is not None:
        yield _judged(view, newest, RESTORED_WITHIN)
        return
    text = "a schedule is stated, and no record of a drill shows a restore"
    yield Evidence(mark="not contradicted", text=text, path=("drills", "records"))


def _newest(view: View, kind: str) -> DrillFact | None:
    fitting = [fact for fact in view.facts.drills if _is_of(view, fact, kind)]
    return max(fitting, key=lambda fact: (fact.day, fact.file), default=None)


def _judged(view: View, fact: DrillFact, within: str) -> Evidence:
    age = (view.facts.today - fact.day).days
    remarks: list[str] = []
    if fact.verdict != "pass":
        remarks.append(f"its verdict is {fact.verdict}")
    if age * DAY > parse_duration(within):
        remarks.append(f"older than {within}")
    other = fact.digest != digest(view.facts.topology)
    text = f"drill of {fact.scenario}: {fact.verdict}" + (
        f" ({'; '.join(remarks)})" if remarks else ""
    )
    return Evidence(
        mark="missed" if remarks else "met",
        text=text + ("; the spec was edited since" if other else ""),
        record=fact.file,
        age_days=age,
    )


def _never(view: View, kind: str) -> Evidence:
    scenario = take_over(view.facts.topology) if kind == "lose-city" else kind
    text = f"no record of a drill of {scenario}{refused(view.facts, scenario)}"
    return Evidence(mark="missed", text=text, path=("drills", "records"))


def _is_of(view: View, fact: DrillFact, kind: str) -> bool:
    """Whether a record is of this class; of cities only the home city, where the leaders are."""
    if kind == "lose-city":
        return fact.scenario == take_over(view.facts.topology)
    return fact.scenario.partition(":")[0] == kind
