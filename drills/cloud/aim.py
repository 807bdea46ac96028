"""What a drill on a cloud strikes: the scenario, its sites, and what is forecast of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from tricenter.drills.scenarios import NoSuchScenario
from tricenter.drills.scenarios.lose_site import aim as aim_at_site
from tricenter.topology.plan import Plan

KINDS = ("lose-site", "lose-city")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A scenario's id (`lose-city:singapore`) and the sites that it takes."""

    scenario: str
    sites: tuple[str, ...]


def take_aim(scenario: str, plan: Plan, roles: Mapping[str, str], database: str | None) -> Target:
    """What `lose-site[:SITE]` or `lose-city[:CITY]` strikes; NoSuchScenario where it cannot be met.

    Without a name it is where the database (else the first one) is led now.
    """
    kind, _, named = scenario.partition(":")
    if kind == "lose-site":
        site = aim_at_site(plan, roles, database, named or None)
        return Target(scenario=f"{kind}:{site}", sites=(site,))
    if kind != "lose-city":
        raise NoSuchScenario(f"no drill for {kind!r} on a cloud; there are: {', '.join(KINDS)}")
    cities = {site.name: site.city for site in plan.sites}
    if named and named not in cities.values():
        known = ", ".join(sorted({city for city in cities.values() if city}))
        raise NoSuchScenario(f"no city {named!r}; there are: {known}")
    led = cities[aim_at_site(plan, roles, database, None)]
    if named and database is not None and led != named:
        raise NoSuchScenario(f"{database} is led from {led}, not from {named}")
    city = named or led
    sites = tuple(sorted(site for site, place in cities.items() if place == city))
    return Target(scenario=f"{kind}:{city}", sites=sites)
