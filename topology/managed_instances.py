"""Instances of a cloud's managed service: which sites of a database one instance stands for.

A regional instance has two zones: it is both sites of a city at once, and moves between them by
itself. So sites of one region share an instance. It is named by the first of them by name, which
no change of roles or of preference moves.
"""

from collections import Counter
from dataclasses import dataclass

from tricenter.topology.errors import TricenterError
from tricenter.topology.plan import Plan, PlannedDatabase, PlannedPlace

ZONES_OF_AN_INSTANCE = 2
"""A regional instance has a zone and a second one for its copy."""


class ManagedServiceError(TricenterError):
    """A managed service cannot stand for these sites; the text says which, and what can be done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagedInstance:
    """One instance in one region: `site` names it, `sites` are those that it stands for.

    `zone` is where the preferred site is, else the first site; `second_zone` is the other site's,
    None where the region has one site and the cloud chooses.
    """

    database: str
    site: str
    sites: tuple[str, ...]
    region: str
    owner: str | None
    zone: str
    second_zone: str | None
    machine: str | None


def managed_instances(plan: Plan, database: PlannedDatabase) -> tuple[ManagedInstance, ...]:
    """The instances of a database, one a region, by the name of their site.

    Raises ManagedServiceError where sites have no zone, share one, or are too many for a region.
    """
    places: dict[str, PlannedPlace] = {}
    for member in sorted(database.members, key=lambda one: one.site):
        place = plan.host(member.site).place
        if place is None or place.zone is None:
            raise ManagedServiceError(
                f"databases.{database.name}: site {member.site} has no zone on this cloud: "
                f"a managed instance needs one in each of its sites"
            )
        places[member.site] = place
    _check(plan, database, places)
    regions: dict[str, list[str]] = {}
    for site, place in places.items():
        regions.setdefault(place.region, []).append(site)
    machines = {member.site: member.machine for member in database.members}
    made: list[ManagedInstance] = []
    for region, sites in regions.items():
        home = database.prefer if database.prefer in sites else sites[0]
        other = next((site for site in sites if site != home), None)
        made.append(
            ManagedInstance(
                database=database.name,
                site=sites[0],
                sites=tuple(sites),
                region=region,
                owner=places[home].owner,
                zone=places[home].zone or "",
                second_zone=places[other].zone if other else None,
                machine=machines[home],
            )
        )
    return tuple(made)


def instance_of(instances: tuple[ManagedInstance, ...], site: str) -> ManagedInstance:
    """The instance that stands for a site; raises KeyError where none does."""
    for instance in instances:
        if site in instance.sites:
            return instance
    raise KeyError(site)


def bound_on_lag(database: PlannedDatabase, instance: ManagedInstance) -> float | None:
    """Seconds that an instance may be behind, by the strictest of its sites; None if unbounded."""
    stated = [m.max_lag for m in database.members if m.site in instance.sites and m.max_lag]
    return min(stated, default=None)


def _check(plan: Plan, database: PlannedDatabase, places: dict[str, PlannedPlace]) -> None:
    where = f"databases.{database.name}"
    if len({place.owner for place in places.values()}) > 1:
        raise ManagedServiceError(
            f"{where}: its sites are in several projects or accounts; a managed database and its "
            f"copies live in one"
        )
    if len({place.cloud for place in places.values()}) > 1:
        raise ManagedServiceError(
            f"{where}: its sites are on two clouds; a managed database ends at its cloud: "
            f"use service self-managed"
        )
    cities: dict[str | None, set[str]] = {}
    for site, place in places.items():
        cities.setdefault(plan.host(site).city, set()).add(place.region)
    for city, regions in cities.items():
        if len(regions) > 1:
            raise ManagedServiceError(
                f"{where}: the sites of {city} are in {' and '.join(sorted(regions))}; a managed "
                f"database commits in both only within one region: give them two zones of one"
            )
    zones = Counter((place.region, place.zone) for place in places.values())
    for (region, zone), count in zones.items():
        if count > 1:
            raise ManagedServiceError(
                f"{where}: {count} of its sites are in zone {zone} of {region}; "
                f"one loss would take both: give each a zone of its own"
            )
    for region, count in Counter(region for region, _ in zones).items():
        if count > ZONES_OF_AN_INSTANCE:
            raise ManagedServiceError(
                f"{where}: {count} of its sites are in {region}; a managed instance has "
                f"{ZONES_OF_AN_INSTANCE} zones: use service self-managed, or fewer sites"
            )
