"""More fuel is delivered to every site within 4 hours by contract."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.buildings import buildings, not_stated
from tricenter.policies.rule import Finding, Rule
from tricenter.topology.units import format_duration

MOST = 4 * 3600.0


def find(facts: Facts) -> Iterator[Finding]:
    """Buildings that nobody has promised to refuel in time."""
    for site, building in buildings(facts):
        if building.fuel_contract is None:
            yield not_stated(site, "fuel_contract", "how soon more fuel is delivered by contract")
        elif building.fuel_contract > MOST:
            takes = format_duration(building.fuel_contract)
            message = f"fuel for {site} takes {takes} by contract; at most 4h are asked for"
            yield Finding(path=("sites", site, "facility", "fuel_contract"), message=message)


RULE = Rule(
    severity="medium",
    clauses=(cite("seed", "fuel contract", "seed"),),
    fix="contract a supplier who delivers within 4 hours",
    passes="sites: {tianfu: {facility: {fuel_contract: 2h}}}",
    fails="sites: {tianfu: {facility: {fuel_contract: 8h}}}",
    find=find,
)
