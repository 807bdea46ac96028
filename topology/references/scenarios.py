"""Scenarios that objectives, failovers and drills name: of a known class, about what exists."""

from collections.abc import Iterator

from tricenter.topology.errors import Path
from tricenter.topology.problem import Problem
from tricenter.topology.scenario_ids import SCENARIO_CLASSES, split_scenario
from tricenter.topology.scenarios import scenarios
from tricenter.topology.spec import Topology
from tricenter.topology.wording import listed, show, suggest, suggest_or_list

EVERYTHING = "lose-all"
"""The class that has no targets."""
FULL = "full"
"""In `drills.max_age`: the drill in which the remote center really takes over."""


Targets = dict[str, list[str]]
"""What the scenarios of each class are about, in one topology."""


def check(topology: Topology) -> Iterator[Problem]:
    """Yield what is wrong about the scenarios that the spec names."""
    targets: Targets = {name: [] for name in SCENARIO_CLASSES}
    for found in scenarios(topology, ()):
        targets[found.kind].append(found.target or "")
    for key in ("failover", "objectives"):
        for scenario in getattr(topology, key):
            yield from _scenario(targets, (key, scenario), scenario)
    for scenario in topology.drills.max_age:
        if scenario != FULL:
            yield from _scenario(targets, ("drills", "max_age", scenario), scenario, (FULL,))
    for scenario, failover in topology.failover.items():
        if failover.mode == "automatic" and failover.decide > 0:
            message = "automatic waits for nobody: remove `decide`, or write `mode: approve`"
            path = ("failover", scenario, "decide")
            yield Problem(path=path, id="conflict", message=message, at="key")


def _scenario(
    targets: Targets, path: Path, scenario: str, further: tuple[str, ...] = ()
) -> Iterator[Problem]:
    name, target = split_scenario(scenario)
    if name not in targets:
        known = (*targets, *further)
        near = suggest(name, known) or f" (classes: {listed(known, 20)})"
        message = f"there is no scenario class {show(name)}{near}"
        yield Problem(path=path, id="unknown-scenario", message=message, at="key")
        return
    if name == EVERYTHING:
        if target is None:
            return
        message = f"{name} takes no target: write {name} alone"
    elif not targets[name]:
        message = f"nothing in this spec can suffer {name}: remove it"
    elif target is None or target in targets[name]:
        return
    else:
        near = _swapped(target, targets[name])
        near = near or suggest_or_list(target, targets[name], "targets")
        message = f"{name} has no target {show(target)}{near}"
    yield Problem(path=path, id="unknown-target", message=message, at="key")


def _swapped(target: str, targets: list[str]) -> str:
    """A pair in the wrong order: the ids of scenarios are the same everywhere."""
    words = target.split("-")
    for cut in range(1, len(words)):
        turned = "-".join(words[cut:] + words[:cut])
        if turned in targets:
            return f" (did you mean '{turned}'?)"
    return ""
