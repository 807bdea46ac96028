"""Batteries carry the load of every site for at least 15 minutes."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.buildings import buildings, not_stated
from tricenter.policies.rule import Finding, Rule
from tricenter.topology.units import format_duration

LEAST = 15 * 60.0


def find(facts: Facts) -> Iterator[Finding]:
    """Buildings that go dark before the generators have a second chance."""
    for site, building in buildings(facts):
        if building.ups is None:
            yield not_stated(site, "ups", "how long its batteries carry the load")
        elif building.ups < LEAST:
            lasts = format_duration(building.ups)
            message = f"the batteries of {site} carry it for {lasts}; 15min are asked for"
            yield Finding(path=("sites", site, "facility", "ups"), message=message)


RULE = Rule(
    severity="high",
    clauses=(cite("seed", "UPS", "seed"), cite("gb50174", "annex A, class A", "background")),
    fix="add batteries until they carry the load for 15 minutes",
    passes="sites: {tianfu: {facility: {ups: 30min}}}",
    fails="sites: {tianfu: {facility: {ups: 7min}}}",
    find=find,
)
