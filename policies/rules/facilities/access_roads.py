"""At least two roads lead to every site of class A."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.buildings import buildings, not_stated
from tricenter.policies.rule import Finding, Rule

LEAST = 2


def find(facts: Facts) -> Iterator[Finding]:
    """Buildings of class A that one blocked road cuts from staff and fuel."""
    for site, building in buildings(facts):
        if building.class_ != "A":
            continue
        if building.access_roads is None:
            yield not_stated(site, "access_roads", "how many roads lead to it")
        elif building.access_roads < LEAST:
            message = f"roads to {site}: {building.access_roads}; class A asks for {LEAST}"
            yield Finding(path=("sites", site, "facility", "access_roads"), message=message)


RULE = Rule(
    severity="medium",
    clauses=(cite("gb50174", "annex A, class A", "secondary"),),
    fix="open a second road, or claim the class that the site has",
    passes="sites: {tianfu: {facility: {class: B, access_roads: 1}}}",
    fails="sites: {tianfu: {facility: {access_roads: 1}}}",
    find=find,
)
