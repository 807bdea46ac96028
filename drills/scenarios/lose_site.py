"""One site is lost: the one that leads the chosen database when the drill begins."""

from collections.abc import Mapping

from tricenter.drills.faults.site_destroyed import SiteDestroyed
from tricenter.drills.faults.site_loss import SiteLoss
from tricenter.drills.scenarios import NoSuchScenario
from tricenter.topology.plan import Plan

KIND = "lose-site"
SUMMARY = (
    "the site of a database's leader loses network and power, and comes back: once with its "
    "disks, once without"
)


def aim(plan: Plan, roles: Mapping[str, str], database: str | None, site: str | None) -> str:
    """The site: as named, else where the database (else the first) is led now."""
    names = [entry.name for entry in plan.databases]
    if database is not None and database not in names:
        raise NoSuchScenario(f"no database {database!r}; there are: {', '.join(names)}")
    sites = [host.name for host in plan.sites]
    if site is not None and site not in sites:
        raise NoSuchScenario(f"no site {site!r}; there are: {', '.join(sites)}")
    chosen = database or names[0]
    if site is not None and database is not None and roles[chosen] != site:
        raise NoSuchScenario(f"{chosen} is led by {roles[chosen]}, not by {site}")
    return site or roles[chosen]


def fault(target: str, can: frozenset[str]) -> SiteLoss:
    """The loss of that site; where networks cannot be cut, its processes alone."""
    return SiteLoss(target, cut="cut" in can)


def destruction(target: str, can: frozenset[str]) -> SiteDestroyed:
    """The loss of that site with everything on its disk."""
    return SiteDestroyed(target, cut="cut" in can)
