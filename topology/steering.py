"""Steering: which addresses of a public name a client gets, by its place and by what is up."""

from collections.abc import Collection, Iterable, Sequence
from ipaddress import ip_address, ip_network

from tricenter.topology.countries import country_of
from tricenter.topology.plan import PlannedPool, PlannedRecord, PlannedZone

EVERYONE = "*"


def place_of(zone: PlannedZone, client: str) -> str | None:
    """The declared place of a client's address: that of the narrowest subnet, None outside all."""
    address = ip_address(client)
    found = [
        (ip_network(subnet).prefixlen, geo)
        for geo, subnets in zone.clients
        for subnet in subnets
        if address in ip_network(subnet)
    ]
    return max(found)[1] if found else None


def pool_for(record: PlannedRecord, geo: str | None) -> PlannedPool | None:
    """The pool of clients of a place: the rule that names it, of a state its country's, else
    everyone's, else None."""
    for wanted in (geo, country_of(geo or ""), EVERYONE):
        for pool in record.pools:
            if wanted in pool.geos:
                return pool
    return None


def pool_of(zone: PlannedZone, record: PlannedRecord, client: str) -> PlannedPool | None:
    """The pool of a client: that of the narrowest subnet of a rule, else that of its place."""
    address = ip_address(client)
    found = [
        (ip_network(subnet).prefixlen, index)
        for index, pool in enumerate(record.pools)
        for subnet in pool.subnets
        if address in ip_network(subnet)
    ]
    return record.pools[max(found)[1]] if found else pool_for(record, place_of(zone, client))


def weighty(names: Sequence[str], weights: Iterable[tuple[str, int]]) -> Sequence[str]:
    """Those of some names that have a weight, which is 1 where none is stated; all if none has."""
    known = dict(weights)
    return [name for name in names if known.get(name, 1) > 0] or names


def by_region(
    record: PlannedRecord, step: tuple[str, ...]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The regions between which a step is chosen by latency, each with its sites of the step."""
    regions = dict(record.latency)
    found: dict[str, tuple[str, ...]] = {}
    for site in step:
        region = regions.get(site, site)
        found[region] = (*found.get(region, ()), site)
    return tuple(sorted(found.items()))


def answers(
    zone: PlannedZone, record: PlannedRecord, client: str, healthy: Collection[str]
) -> tuple[frozenset[str], ...]:
    """Every set of addresses that a server may answer a client with, `healthy` being up.

    What nobody checks is up always.

    There is one, unless weights or latencies choose between the sites or addresses of a step.
    """
    pool = pool_of(zone, record, client)
    if pool is None:
        return (frozenset(),)
    addresses, alive = dict(record.addresses), {*healthy, *record.unchecked}
    for step in pool.steps:
        up = {site: frozenset(addresses.get(site, ())) & alive for site in step}
        up = {site: found for site, found in up.items() if found}
        if up and record.address_weights:
            every = sorted(address for found in up.values() for address in found)
            return tuple(frozenset({one}) for one in weighty(every, record.address_weights))
        if up and record.latency:
            return tuple(
                frozenset[str]().union(*(up[site] for site in sites if site in up))
                for _, sites in by_region(record, step)
                if not up.keys().isdisjoint(sites)
            )
        if up and record.weights:
            return tuple(up[site] for site in weighty([*up], record.weights))
        if up:
            return (frozenset(address for found in up.values() for address in found),)
    if record.last_resort:
        return (frozenset(record.last_resort),)
    if record.when_all_down == "serve-none":
        return (frozenset(),)
    everything = (addresses.get(site, ()) for step in pool.steps for site in step)
    return (frozenset(address for found in everything for address in found),)
