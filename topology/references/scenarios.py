"""Scenarios that objectives, failovers and drills name: of a known class, about what exists."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet

from tricenter.topology.errors import Path
from tricenter.topology.problem import Problem
from tricenter.topology.scenario_ids import split_scenario
from tricenter.topology.scenarios import targets
from tricenter.topology.spec import Topology
from tricenter.topology.wording import listed, show, suggest, suggest_or_list

EVERYTHING = "lose-all"
"""The class that has no targets."""
FULL = "full"
"""In `drills.max_age`: the drill in which the remote center really takes over."""


Targets = Mapping[str, AbstractSet[str]]
"""What the scenarios of each class are about, in one topology."""


def check(topology: Topology) -> Iterator[Problem]:
    """Yield what is wrong about the scenarios that the spec names."""
    known = targets(topology)
    for key in ("failover", "objectives"):
        for scenario in getattr(topology, key):
            yield from _scenario(known, (key, scenario), scenario)
    for scenario in topology.drills.max_age:
        if scenario != FULL:
            yield from _scenario(known, ("drills", "max_age", scenario), scenario, (FULL,))
    for scenario, failover in topology.failover.items():
        if failover.mode == "automatic" and failover.decide > 0:
            message = "automatic waits for nobody: remove `decide`, or write `mode: approve`"
            path = ("failover", scenario, "decide")
            yield Problem(path=path, id="conflict", message=message, at="key")


def _scenario(
    known: Targets, path: Path, scenario: str, further: tuple[str, ...] = ()
) -> Iterator[Problem]:
    name, target = split_scenario(scenario)
    if name not in known:
        classes = (*known, *further)
        near = suggest(name, classes) or f" (classes: {listed(classes, 20)})"
        message = f"there is no scenario class {show(name)}{near}"
        yield Problem(path=path, id="unknown-scenario", message=message, at="key")
        return
    if name == EVERYTHING:
        if target is None:
            return
        message = f"{name} takes no target: write {name} alone"
    elif not known[name]:
        message = f"nothing in this spec can suffer {name}: remove it"
    elif target is None or target in known[name]:
        return
    else:
        near = _swapped(target, known[name])
        near = near or suggest_or_list(target, known[name], "targets")
        message = f"{name} has no target {show(target)}{near}"
    yield Problem(path=path, id="unknown-target", message=message, at="key")


def _swapped(target: str, targets: AbstractSet[str]) -> str:
    """A pair in the wrong order: the ids of scenarios are the same everywhere."""
    words = target.split("-")
    for cut in range(1, len(words)):
        turned = "-".join(words[cut:] + words[:cut])
        if turned in targets:
            return f" (did you mean '{turned}'?)"
    return ""
