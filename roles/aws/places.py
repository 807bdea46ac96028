"""Which regions hold a database on AWS, and which sites are in each."""

from tricenter.roles.interface import RoleError
from tricenter.topology.plan import Plan, PlannedDatabase


def region_of(plan: Plan, site: str) -> str:
    """The region that a site is in; RoleError for one that is not on AWS."""
    place = plan.host(site).place
    if place is None or place.cloud != "aws":
        raise RoleError(f"{site} is not on AWS")
    return place.region


def sites_by_region(plan: Plan, database: PlannedDatabase) -> dict[str, tuple[str, ...]]:
    """The sites with a copy by region, the preferred site's region first."""
    found: dict[str, list[str]] = {}
    for member in sorted(database.members, key=lambda m: (m.site != database.prefer, m.site)):
        found.setdefault(region_of(plan, member.site), []).append(member.site)
    return {region: tuple(sorted(sites)) for region, sites in found.items()}
