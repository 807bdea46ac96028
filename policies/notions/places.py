"""Where vaults and partners stand: in a city of the sites, or away from all of them."""

from tricenter.topology.links import distance_km
from tricenter.topology.spec import Partner, Topology
from tricenter.topology.spec_backups import Vault

SAME_CITY_KM = 50.0
"""Kilometres within which a place counts as in the city: TiDB's documentation puts the sites of one
city closer than 50 km to each other (practice, checked 2026-11-23)."""


def is_placed(thing: Vault | Partner) -> bool:
    """Whether the spec says where it stands."""
    return thing.city is not None or thing.at is not None


def city_around(topology: Topology, thing: Vault | Partner) -> str | None:
    """The city of the spec that a thing stands in, None where it stands in none or nobody knows."""
    if thing.city is not None:
        return thing.city
    if thing.at is None:
        return None
    away = {name: distance_km(thing.at, city.at) for name, city in topology.cities.items()}
    nearest = min(sorted(away), key=lambda name: away[name])
    return nearest if away[nearest] < SAME_CITY_KM else None
