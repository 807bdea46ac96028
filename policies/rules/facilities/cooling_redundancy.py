"""The cooling of every site has a spare unit at least."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.buildings import buildings, not_stated
from tricenter.policies.rule import Finding, Rule

ENOUGH = ("N+1", "2N")


def find(facts: Facts) -> Iterator[Finding]:
    """Buildings that one broken cooler heats up."""
    for site, building in buildings(facts):
        if building.cooling is None:
            yield not_stated(site, "cooling", "how redundant its cooling is")
        elif building.cooling not in ENOUGH:
            message = f"the cooling of {site} is {building.cooling}: it has no spare unit"
            yield Finding(path=("sites", site, "facility", "cooling"), message=message)


RULE = Rule(
    severity="high",
    clauses=(cite("bank-2010", "art. 21"), cite("gb50174", "annex A, class A", "background")),
    fix="add a cooling unit beyond what the load needs",
    passes="sites: {tianfu: {facility: {cooling: 2N}}}",
    fails="sites: {tianfu: {facility: {cooling: N}}}",
    find=find,
)
