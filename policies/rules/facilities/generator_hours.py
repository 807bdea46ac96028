"""Fuel on site carries the load of every site for more than 12 hours."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.buildings import buildings, not_stated
from tricenter.policies.rule import Finding, Rule
from tricenter.topology.units import format_duration

LEAST = 12 * 3600.0


def find(facts: Facts) -> Iterator[Finding]:
    """Buildings that run dry in a long outage."""
    for site, building in buildings(facts):
        if building.generator is None:
            yield not_stated(site, "generator", "how long its fuel carries the load")
        elif building.generator <= LEAST:
            lasts = format_duration(building.generator)
            message = f"the fuel of {site} lasts {lasts}; more than 12h are asked for"
            yield Finding(path=("sites", site, "facility", "generator"), message=message)


RULE = Rule(
    severity="high",
    clauses=(
        cite("seed", "generator", "seed"),
        cite("uptime", "12 h of fuel", "secondary"),
        cite("gb50174", "annex A, class A", "secondary"),
    ),
    fix="keep more fuel on site",
    passes="sites: {tianfu: {facility: {generator: 13h}}}",
    fails="sites: {tianfu: {facility: {generator: 8h}}}",
    find=find,
)
