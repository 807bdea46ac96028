"""Two independent groups of fire detectors watch every site."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.buildings import buildings, not_stated
from tricenter.policies.rule import Finding, Rule

LEAST = 2


def find(facts: Facts) -> Iterator[Finding]:
    """Buildings in which one detector that fails, or errs, decides."""
    for site, building in buildings(facts):
        groups = building.fire_detectors
        if groups is None:
            yield not_stated(site, "fire_detectors", "how many groups of fire detectors it has")
        elif groups < LEAST:
            message = f"{site} has {groups} of the {LEAST} independent groups of fire detectors"
            yield Finding(path=("sites", site, "facility", "fire_detectors"), message=message)


RULE = Rule(
    severity="medium",
    clauses=(cite("gb50174", "detectors where gas or mist is piped", "secondary"),),
    fix="install a second group of detectors of another kind",
    passes="sites: {tianfu: {facility: {fire_detectors: 3}}}",
    fails="sites: {tianfu: {facility: {fire_detectors: 1}}}",
    find=find,
)
