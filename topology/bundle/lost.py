"""What a scenario takes away: sites, and whole regions in which nothing of the plan is left."""

from tricenter.topology.plan import Plan, PlannedPlace, PlannedScenario


def lost_sites(scenario: PlannedScenario) -> tuple[str, ...]:
    """The sites and witnesses that are gone or cut off."""
    if scenario.kind == "isolate" and scenario.target:
        return (scenario.target,)
    return scenario.lost if scenario.kind.startswith("lose-") else ()


def lost_regions(plan: Plan, lost: tuple[str, ...]) -> tuple[str, ...]:
    """Regions in which nothing of the plan is left: none of their endpoints may be needed."""
    places = {host.name: host.place for host in plan.hosts if host.place}
    left = {place_key(place) for name, place in places.items() if name not in lost}
    gone = {place_key(place) for name, place in places.items() if name in lost} - left
    return tuple(sorted(region for _, region in gone))


def place_key(place: PlannedPlace) -> tuple[str, str]:
    """A region of a cloud."""
    return place.cloud, place.region
