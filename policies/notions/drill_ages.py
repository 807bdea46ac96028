"""How old the newest drill of each class of scenarios is, against what is allowed."""

from collections.abc import Iterator

from tricenter.policies.facts import Facts
from tricenter.policies.notions.centers import home_city
from tricenter.policies.rule import Finding, Verdict
from tricenter.topology.errors import Path
from tricenter.topology.scenario_ids import split_scenario
from tricenter.topology.spec import Topology
from tricenter.topology.units import format_duration

YEAR = 365 * 86400.0
"""Seconds, as `1y` of a spec."""
DAY = 86400.0
FULL = "full"
"""Key of `drills.max_age` for the drill in which the remote center really takes over."""
LEAST = "lose-site"
"""The class that every topology drills on its own."""


def special_classes(topology: Topology) -> tuple[str, ...]:
    """The classes, or scenarios, with an interval of their own."""
    return tuple(sorted({LEAST, *topology.drills.max_age} - {FULL}))


def take_over(topology: Topology) -> str:
    """The scenario in which the remote center takes over: the loss of the home city."""
    return f"lose-city:{home_city(topology)}"


def allowed_age(facts: Facts, path: Path, most: float) -> Iterator[Finding]:
    """The interval at a path of the spec, where it is absent or longer than `most` seconds."""
    stated = facts.topology.drills.max_age.get(str(path[-1]))
    what = "a take-over by the remote center" if path[-1] == FULL else path[-1]
    if stated is None:
        message = (
            f"how often {what} is drilled is not stated; at least every "
            f"{format_duration(most)} is asked for"
        )
        yield Finding(path=path, at="key", message=message)
    elif stated > most:
        message = (
            f"{what} may be drilled as seldom as every {format_duration(stated)}; at least "
            f"every {format_duration(most)} is asked for"
        )
        yield Finding(path=path, message=message)


def refused(facts: Facts, key: str) -> str:
    """The files that claim a drill of a class or scenario, or claim nothing, and do not count."""
    found = [
        f"{one.file} ({one.why})"
        for one in facts.refused
        if not one.scenario or key in (one.scenario, split_scenario(one.scenario)[0])
    ]
    return f"; these do not count: {', '.join(found)}" if found else ""


def judge_class(facts: Facts, key: str, most: float) -> Iterator[tuple[Verdict, str]]:
    """What is wrong about the newest drill of a class or scenario; nothing where it is in order."""
    found = [d for d in facts.drills if key in (d.scenario, split_scenario(d.scenario)[0])]
    if not found:
        folder = facts.topology.drills.records
        yield (
            "unknown",
            f"{key} was never drilled: {folder} has no record of it{refused(facts, key)}",
        )
        return
    last = max(found, key=lambda drill: drill.day)
    age = (facts.today - last.day).days
    if age * DAY > most:
        yield (
            "violation",
            f"{key} was drilled {age} days ago, {last.scenario} on {last.day}, and "
            f"{format_duration(most)} is allowed{refused(facts, key)}",
        )
    elif last.verdict == "fail":
        yield "violation", f"the last drill of {key} failed, {last.scenario} on {last.day}"
    elif last.verdict != "pass":
        message = f"the last drill of {key} showed nothing, {last.scenario} on {last.day}"
        yield "unknown", message
