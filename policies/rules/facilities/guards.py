"""Guards are at every site around the clock."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.buildings import buildings, not_stated
from tricenter.policies.rule import Finding, Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Buildings that anybody may enter at night."""
    for site, building in buildings(facts):
        guards = building.security.guards
        if guards is None:
            yield not_stated(site, "security.guards", "when guards are there")
        elif guards != "24x7":
            never = f"no guards are at {site}"
            message = never if guards == "none" else f"guards leave {site} after business hours"
            yield Finding(path=("sites", site, "facility", "security", "guards"), message=message)


RULE = Rule(
    severity="medium",
    clauses=(cite("seed", "physical security", "seed"),),
    fix="have guards there around the clock",
    passes="sites: {tianfu: {facility: {security: {guards: 24x7}}}}",
    fails="sites: {tianfu: {facility: {security: {guards: business-hours}}}}",
    find=find,
)
