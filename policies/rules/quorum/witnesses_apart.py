"""No two witnesses stand in one place."""

from collections.abc import Iterator
from itertools import combinations

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.runtimes import has_own_voices
from tricenter.policies.rule import Finding, Rule
from tricenter.topology.errors import Path
from tricenter.topology.links import distance_km, place_of
from tricenter.topology.placement import stated_place
from tricenter.topology.spec import Topology

NEAR_KM = 10
"""Kilometres; closer than centers of one city are, "generally tens" (document 114)."""


def find(facts: Facts) -> Iterator[Finding]:
    """Witnesses that fall together with another one, at the place of the second."""
    witnesses = sorted(facts.topology.witnesses) if has_own_voices(facts) else []
    told: set[str] = set()
    for first, second in combinations(witnesses, 2):
        step = _together(facts.topology, facts.target, first, second)
        if step is not None and second not in told:
            told.add(second)
            message = f"{first} and {second} stand in one place, so two voices fall as one"
            yield Finding(path=("witnesses", second, *step), message=message)


def _together(topology: Topology, target: str, first: str, second: str) -> Path | None:
    """The key that says that the second is where the first is; None if they are apart."""
    here, there = stated_place(topology, first, target), stated_place(topology, second, target)
    if here and there and there[1].zone and (here[0], here[1].zone) == (there[0], there[1].zone):
        return there[0], "zone"
    (_, at), (city, near) = place_of(topology, first), place_of(topology, second)
    if at is None or near is None or distance_km(at, near) >= NEAR_KM:
        return None
    return ("at" if city is None else "city",)


RULE = Rule(
    severity="medium",
    clauses=(cite("practice", "one voice a failure domain", "practice"),),
    fix="put one of the witnesses into a place of its own",
    passes="witnesses: {wuhan: {at: [30.59, 114.31]}, xian: {at: [34.27, 108.95]}}",
    fails="witnesses: {wuhan: {at: [30.59, 114.31]}, hankou: {at: [30.60, 114.28]}}",
    find=find,
)
