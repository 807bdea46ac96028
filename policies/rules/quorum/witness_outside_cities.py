"""Every witness stands outside the cities and regions of the sites."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.runtimes import has_own_voices
from tricenter.policies.rule import Finding, Rule
from tricenter.topology.errors import Path
from tricenter.topology.links import SAME_CITY_KM, distance_km, place_of
from tricenter.topology.placement import stated_place


def find(facts: Facts) -> Iterator[Finding]:
    """Witnesses that a city takes with it, and those that nobody says the place of."""
    for name in sorted(facts.topology.witnesses) if has_own_voices(facts) else ():
        near = _near(facts, name)
        if near is not None:
            step, where = near
            message = f"{name} stands {where}, so it is lost with the sites that it decides between"
            yield Finding(path=("witnesses", name, *step), message=message)
        elif _placeless(facts, name):
            message = f"where {name} stands is not stated, neither by `at` nor by `city`"
            yield Finding(path=("witnesses", name), at="key", message=message, verdict="unknown")


def _placeless(facts: Facts, name: str) -> bool:
    placed = stated_place(facts.topology, name, facts.target)
    return placed is None and place_of(facts.topology, name)[1] is None


def _near(facts: Facts, name: str) -> tuple[Path, str] | None:
    """The key that puts a witness near a site, and where that is."""
    topology = facts.topology
    placed = stated_place(topology, name, facts.target)
    regions = {
        (place[0], place[1].region)
        for site in topology.sites
        if (place := stated_place(topology, site, facts.target))
    }
    if placed is not None and (placed[0], placed[1].region) in regions:
        return (placed[0], "region"), f"in the region {placed[1].region} of a site"
    city, at = place_of(topology, name)
    for other in sorted({site.city for site in topology.sites.values()}):
        if city == other:
            return ("city",), f"in {other}"
        if at is not None and (away := distance_km(at, topology.cities[other].at)) < SAME_CITY_KM:
            return ("at" if city is None else "city",), f"{away:.0f} km from {other}"
    return None


RULE = Rule(
    severity="critical",
    clauses=(cite("practice", "a third place for the deciding voice", "practice"),),
    fix="put the witness into a place that no site's city or region takes with it",
    also_in=("APRL 768a5b06 (zones; by hand)",),
    passes="witnesses: {wuhan: {at: [30.59, 114.31]}, xian: {at: [34.27, 108.95]}}",
    fails="witnesses: {wuhan: {city: hangzhou}, xian: {at: [34.27, 108.95]}}",
    find=find,
)
