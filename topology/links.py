"""Distances and round-trip times between places, stated in the spec or estimated from the map."""

from collections.abc import Mapping
from math import asin, cos, radians, sin, sqrt

from tricenter.topology.plan import PlannedLink
from tricenter.topology.spec import Partner, Topology
from tricenter.topology.spec_backups import Vault
from tricenter.topology.spec_places import Link, Site, Witness

Stated = Mapping[frozenset[str], Link]
EARTH_KM = 6371.0
# About 1 ms of round trip per 100 km of fibre (NetApp documentation, checked 2026-11-23), and
# fibre runs longer than the straight line: 1.5 is a common rule of thumb, not a measurement.
SECONDS_PER_KM = 1e-5 * 1.5
SAME_CITY_RTT = 0.001
SAME_CITY_KM = 50.0
"""Kilometres within which a place counts as in the city: TiDB's documentation puts the sites of one
city closer than 50 km to each other (practice, checked 2026-11-23)."""


def distance_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """The great-circle distance of two coordinates in kilometres."""
    (lat1, lon1), (lat2, lon2) = ((radians(x), radians(y)) for x, y in (a, b))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(half))


def city_around(topology: Topology, thing: Vault | Partner | Witness) -> str | None:
    """The city of the spec that a thing stands in, None where it stands in none or nobody knows."""
    if thing.city is not None:
        return thing.city
    if thing.at is None:
        return _city_of_region(topology, thing)
    away = {name: distance_km(thing.at, city.at) for name, city in topology.cities.items()}
    nearest = min(sorted(away), key=lambda name: away[name])
    return nearest if away[nearest] < SAME_CITY_KM else None


def is_placed(thing: Vault | Partner | Witness) -> bool:
    """Whether the spec says where a thing stands: a city, coordinates, or a cloud's region."""
    return thing.city is not None or thing.at is not None or bool(_regions(thing))


def _city_of_region(topology: Topology, thing: Vault | Partner | Witness) -> str | None:
    """The city of the sites that are in the same region of a cloud, if there are any."""
    regions = _regions(thing)
    found = {site.city for site in topology.sites.values() if regions & _regions(site)}
    return min(found, default=None)


def _regions(thing: Vault | Partner | Witness | Site) -> set[tuple[str, str]]:
    places = (("aws", getattr(thing, "aws", None)), ("gcp", getattr(thing, "gcp", None)))
    return {(cloud, place.region) for cloud, place in places if place is not None}


def place_of(topology: Topology, host: str) -> tuple[str | None, tuple[float, float] | None]:
    """The city and the coordinates of a site or witness, as far as the spec tells."""
    if host in topology.sites:
        city = topology.sites[host].city
        return city, topology.cities[city].at
    witness = topology.witnesses[host]
    if witness.city is not None:
        return witness.city, topology.cities[witness.city].at
    return None, witness.at


def stated_links(topology: Topology) -> Stated:
    """The links that the spec states, by their two ends; for callers that ask for many."""
    return {frozenset(link.between): link for link in reversed(topology.links)}


def link_between(topology: Topology, a: str, b: str, stated: Stated | None = None) -> PlannedLink:
    """The link of two hosts: as `stated`, the spec's own by default, else estimated from where
    they stand."""
    known = stated_links(topology) if stated is None else stated
    link = known.get(frozenset((a, b)))
    if link is not None:
        source = "measured" if link.measured else "stated"
        return PlannedLink(between=(a, b), rtt=link.rtt, source=source)
    (city_a, at_a), (city_b, at_b) = place_of(topology, a), place_of(topology, b)
    if at_a is None or at_b is None:
        rtt = 0.03
    elif city_a is not None and city_a == city_b:
        rtt = SAME_CITY_RTT
    else:
        rtt = max(SAME_CITY_RTT, distance_km(at_a, at_b) * SECONDS_PER_KM)
    return PlannedLink(between=(a, b), rtt=round(rtt, 6), source="estimated")
