"""A site that claims TIA-942 rating 4 has power of 2(N+1)."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.buildings import buildings
from tricenter.policies.rule import Finding, Rule
from tricenter.policies.rules.facilities.power_redundancy import ENOUGH

HIGHEST = 4


def find(facts: Facts) -> Iterator[Finding]:
    """Claims of the highest rating that the data contradicts; the lowest part of a building
    counts. Power that is not doubled at all is the rule's power-redundancy."""
    for site, building in buildings(facts):
        spare = building.power in ENOUGH and building.power != "2N+1"
        if building.rated == HIGHEST and spare:
            message = f"{site} claims rating 4, but its power is {building.power}, not 2N+1"
            yield Finding(path=("sites", site, "facility", "rated"), message=message)


RULE = Rule(
    severity="high",
    clauses=(cite("tia942", "rating 4", "secondary"),),
    fix="claim the rating that the building has, or add a spare unit to both power systems",
    passes="sites: {tianfu: {facility: {rated: 4, power: 2N+1}}}",
    fails="sites: {tianfu: {facility: {rated: 4}}}",
    find=find,
)
