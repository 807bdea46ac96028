"""Which city is guarded from which region, and how the spec lets it fail over. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from tricenter.components.aws.regions import place_of
from tricenter.topology.plan import Plan, PlannedDatabase
from tricenter.topology.scenario_ids import split_scenario

DECIDE = 600.0
"""Seconds to decide where the spec names no time for a lost city."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """A city that may be lost, guarded from the region that then takes over `databases`.

    Each city has its guard, whoever leads now: after a change of roles the other one counts.
    """

    city: str
    lost_region: str
    region: str
    databases: tuple[str, ...]
    mode: Literal["automatic", "approve"]
    decide: float

    @property
    def scenario(self) -> str:
        """The id of the scenario."""
        return f"lose-city:{self.city}"


def find_guards(plan: Plan, managed: Mapping[str, PlannedDatabase]) -> tuple[Guard, ...]:
    """A guard for each city and each region that databases of it move to, by city and region.

    A city whose databases are in no other region has none: nothing could take over.
    """
    regions = {
        host.name: place_of(host).region
        for host in plan.sites
        if host.place and host.place.cloud == "aws"
    }
    cities: dict[str, str] = {}
    for host in plan.sites:
        if host.name in regions and host.city:
            cities.setdefault(host.city, regions[host.name])
    found: list[Guard] = []
    for city, lost in sorted(cities.items()):
        moves: dict[str, list[str]] = {}
        for name, database in sorted(managed.items()):
            target = _target(database, regions, lost)
            if target:
                moves.setdefault(target, []).append(name)
        mode, decide = _decision(plan, city)
        found += [
            Guard(
                city=city,
                lost_region=lost,
                region=region,
                databases=tuple(names),
                mode=mode,
                decide=decide,
            )
            for region, names in sorted(moves.items())
        ]
    return tuple(found)


def _target(database: PlannedDatabase, regions: Mapping[str, str], lost: str) -> str | None:
    """The region that takes over: of the copies elsewhere, that of the highest priority."""
    held = {regions[m.site] for m in database.members if m.site in regions}
    if lost not in held:
        return None
    elsewhere = [m for m in database.members if m.site in regions and regions[m.site] != lost]
    ordered = sorted(elsewhere, key=lambda member: (-member.failover_priority, member.site))
    return regions[ordered[0].site] if ordered else None


def _decision(plan: Plan, city: str) -> tuple[Literal["automatic", "approve"], float]:
    """What the spec says of this city, else of its class; without a word people decide."""
    stated = {failover.scenario: failover for failover in plan.failover}
    for scenario in (f"lose-city:{city}", "lose-city"):
        if scenario in stated and split_scenario(scenario)[0] == "lose-city":
            return stated[scenario].mode, stated[scenario].decide
    return "approve", DECIDE
