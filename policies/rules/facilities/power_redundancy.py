"""The power of every site is doubled: 2N or 2N+1."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.buildings import buildings, not_stated
from tricenter.policies.rule import Finding, Rule

ENOUGH = ("2N", "2N+1")


def find(facts: Facts) -> Iterator[Finding]:
    """Buildings whose power is one system with or without spare units."""
    for site, building in buildings(facts):
        if building.power is None:
            yield not_stated(site, "power", "how redundant its power is")
        elif building.power not in ENOUGH:
            message = f"the power of {site} is {building.power}: one system, lost as a whole"
            yield Finding(path=("sites", site, "facility", "power"), message=message)


RULE = Rule(
    severity="high",
    clauses=(cite("seed", "power 2N+1", "seed"), cite("gb50174", "annex A, class A", "background")),
    fix="build a second power system that carries the full load",
    passes="sites: {tianfu: {facility: {power: 2N+1}}}",
    fails="sites: {tianfu: {facility: {power: N+1}}}",
    find=find,
)
