"""No site stands on a fault or a slope that slides."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.buildings import buildings, not_stated
from tricenter.policies.rule import Finding, Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Buildings that their own ground endangers."""
    for site, building in buildings(facts):
        if building.fault_zone is None:
            yield not_stated(
                site, "fault_zone", "whether it stands on a fault or a slope that slides"
            )
        elif building.fault_zone:
            message = f"{site} stands on a fault or a slope that slides"
            yield Finding(path=("sites", site, "facility", "fault_zone"), message=message)


RULE = Rule(
    severity="medium",
    clauses=(cite("gb50174", "annex A, fault or landslide", "secondary"),),
    fix="move the site, or waive with what protects it",
    passes="sites: {tianfu: {facility: {fault_zone: false}}}",
    fails="sites: {tianfu: {facility: {fault_zone: true}}}",
    find=find,
)
