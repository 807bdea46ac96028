"""Differences of geography that both clouds have: a country lies in its continent."""

from dataclasses import replace

from tricenter.topology.dns.continents import CONTINENT, countries_of, known
from tricenter.topology.dns.difference import Difference, Place, Service
from tricenter.topology.plan import PlannedRecord

CONTINENT_SENTENCE = (
    "A rule for a continent also serves the clients of its countries that no rule names; "
    "PowerDNS serves only subnets that are declared as that continent."
)
UNKNOWN_SENTENCE = (
    "The cloud has no location for a place that a rule names, "
    "so its clients are served like everyone else."
)


def geography(service: Service, record: PlannedRecord) -> list[Difference]:
    """Those of one record."""
    found: list[Difference] = []
    geos = {geo for pool in record.pools for geo in pool.geos}
    if unknown := sorted(geo for geo in geos if not known(geo)):
        found.append(
            Difference(
                id="unknown-place",
                service=service,
                record=record.name,
                sentence=f"{UNKNOWN_SENTENCE} Here: {', '.join(unknown)}.",
                edit=known_places,
            )
        )
    if any(geo.startswith("continent:") and known(geo) for geo in geos):
        found.append(
            Difference(
                id="country-of-continent",
                service=service,
                record=record.name,
                sentence=CONTINENT_SENTENCE,
                edit=countries_in_continents,
            )
        )
    return found


def known_places(record: PlannedRecord, _place: Place = None) -> PlannedRecord:
    """The record without places that no cloud knows."""
    pools = (replace(pool, geos=tuple(filter(known, pool.geos))) for pool in record.pools)
    return replace(record, pools=tuple(pools))


def countries_in_continents(record: PlannedRecord, _place: Place = None) -> PlannedRecord:
    """The record with the countries of each continent named beside it, unless they have a rule."""
    named = {geo for pool in record.pools for geo in pool.geos if geo in CONTINENT}
    pools = tuple(
        replace(
            pool,
            geos=pool.geos
            + tuple(
                country
                for geo in pool.geos
                if geo.startswith("continent:") and known(geo)
                for country in countries_of(geo.partition(":")[2])
                if country not in named
            ),
        )
        for pool in record.pools
    )
    return replace(record, pools=pools)
