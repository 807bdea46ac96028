"""The machines of every site are in a zone of access inside another one."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.buildings import buildings, not_stated
from tricenter.policies.rule import Finding, Rule

LEAST = 2


def find(facts: Facts) -> Iterator[Finding]:
    """Buildings whose outer door opens to the machines."""
    for site, building in buildings(facts):
        zones = building.security.zones
        if zones is None:
            yield not_stated(site, "security.zones", "how many nested zones of access it has")
        elif zones < LEAST:
            message = f"one door is between the street and the machines of {site}"
            yield Finding(path=("sites", site, "facility", "security", "zones"), message=message)


RULE = Rule(
    severity="medium",
    clauses=(cite("seed", "physical security", "seed"),),
    fix="put the machines into an inner zone with its own access",
    passes="sites: {tianfu: {facility: {security: {zones: 2}}}}",
    fails="sites: {tianfu: {facility: {security: {zones: 1}}}}",
    find=find,
)
