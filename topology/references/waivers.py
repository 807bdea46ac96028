"""Waivers: each for one rule and target, given once."""

from collections.abc import Iterator

from tricenter.topology.problem import Problem
from tricenter.topology.spec import Topology


def check(topology: Topology) -> Iterator[Problem]:
    """Yield what is wrong about the waivers."""
    seen: dict[tuple[str, str], int] = {}
    for index, waiver in enumerate(topology.waivers):
        pair = (waiver.rule, waiver.target)
        if seen.setdefault(pair, index) != index:
            message = f"waivers[{seen[pair]}] is for this rule and target already: keep one of them"
            yield Problem(path=("waivers", index), id="duplicate-entry", message=message)
