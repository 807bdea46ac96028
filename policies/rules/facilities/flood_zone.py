"""No site stands on land that floods."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.buildings import buildings, not_stated
from tricenter.policies.rule import Finding, Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Buildings that their own ground endangers."""
    for site, building in buildings(facts):
        if building.flood_zone is None:
            yield not_stated(site, "flood_zone", "whether it stands on land that floods")
        elif building.flood_zone:
            message = f"{site} stands on land that floods"
            yield Finding(path=("sites", site, "facility", "flood_zone"), message=message)


RULE = Rule(
    severity="medium",
    clauses=(cite("gb50174", "annex A, flood zone", "secondary"),),
    fix="move the site, or waive with what protects it",
    passes="sites: {tianfu: {facility: {flood_zone: false}}}",
    fails="sites: {tianfu: {facility: {flood_zone: true}}}",
    find=find,
)
