"""Batteries outlast two starts of the generators."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.buildings import buildings, not_stated
from tricenter.policies.rule import Finding, Rule
from tricenter.policies.rules.facilities.ups_minutes import LEAST
from tricenter.topology.units import format_duration

STARTS = 2


def find(facts: Facts) -> Iterator[Finding]:
    """Buildings that go dark if the generators fail to start once."""
    for site, building in buildings(facts):
        start, ups = building.generator_start, building.ups
        if start is None:
            yield not_stated(site, "generator_start", "how long its generators take to start")
        # Batteries that are absent or too short are the rule's ups-minutes.
        elif ups is not None and LEAST <= ups < STARTS * start:
            message = (
                f"a generator of {site} starts in {format_duration(start)}; its batteries last "
                f"{format_duration(ups)}, less than a failed start and another one"
            )
            yield Finding(path=("sites", site, "facility", "generator_start"), message=message)


RULE = Rule(
    severity="medium",
    clauses=(cite("practice", "a failed start and another one"), cite("bank-2010", "art. 21")),
    fix="speed the start up, or add batteries",
    passes="sites: {tianfu: {facility: {generator_start: 3min}}}",
    fails="sites: {tianfu: {facility: {generator_start: 10min}}}",
    find=find,
)
