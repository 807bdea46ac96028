"""A site that claims Uptime tier IV has cooling that tolerates a fault."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.buildings import buildings
from tricenter.policies.rule import Finding, Rule
from tricenter.policies.rules.facilities.cooling_redundancy import ENOUGH

FAULT_TOLERANT = 4


def find(facts: Facts) -> Iterator[Finding]:
    """Claims of tier IV, which is two active systems of everything, that the data contradicts.

    What every site needs, whatever its tier, the rules about power and cooling judge.
    """
    for site, building in buildings(facts):
        spare = building.cooling in ENOUGH and building.cooling != "2N"
        if building.tier == FAULT_TOLERANT and spare:
            message = f"{site} claims tier IV, but its cooling is {building.cooling}, not 2N"
            yield Finding(path=("sites", site, "facility", "tier"), message=message)


RULE = Rule(
    severity="high",
    clauses=(cite("uptime", "tier IV", "secondary"),),
    fix="claim the tier that the building has, or double its cooling",
    passes="sites: {tianfu: {facility: {tier: 4, cooling: 2N}}}",
    fails="sites: {tianfu: {facility: {tier: 4}}}",
    find=find,
)
