"""Fire in every site is put out by a clean agent or water mist."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.buildings import buildings, not_stated
from tricenter.policies.rule import Finding, Rule

HARMFUL = ("sprinkler", "none")


def find(facts: Facts) -> Iterator[Finding]:
    """Buildings in which a small fire costs the machines."""
    for site, building in buildings(facts):
        agent = building.fire_suppression
        if agent is None:
            yield not_stated(site, "fire_suppression", "what puts a fire out")
        elif agent in HARMFUL:
            with_ = "nothing puts a fire out" if agent == "none" else "water puts a fire out"
            message = f"in {site} {with_}, so one small fire costs the machines"
            yield Finding(path=("sites", site, "facility", "fire_suppression"), message=message)


RULE = Rule(
    severity="medium",
    clauses=(
        cite("seed", "fire suppression", "seed"),
        cite("bank-2010", "art. 21"),
        cite("gb50174", "class A", "background"),
    ),
    fix="install FM-200, Novec-1230, an inert gas or water mist",
    passes="sites: {tianfu: {facility: {fire_suppression: inert-gas}}}",
    fails="sites: {tianfu: {facility: {fire_suppression: sprinkler}}}",
    find=find,
)
