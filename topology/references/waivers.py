"""Waivers: each for one rule and target, given once."""

from collections.abc import Iterator

from tricenter.topology.problem import Problem
from tricenter.topology.spec import Topology


def check(topology: Topology) -> Iterator[Problem]:
    """Yield what is wrong about the waivers."""
    seen: dict[tuple[str, str], int] = {}
    for index, waiver in enumerate(topology.waivers):
        for key in ("rule", "target", "owner"):
            if not getattr(waiver, key).strip():
                message = f"the {key} is empty: somebody must answer for something"
                yield Problem(path=("waivers", index, key), id="empty", message=message)
        pair = (waiver.rule, waiver.target)
        if seen.setdefault(pair, index) != index:
            message = f"waivers[{seen[pair]}] is for this rule and target already: keep one of them"
            yield Problem(path=("waivers", index), id="duplicate-entry", message=message)
