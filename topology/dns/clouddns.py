"""Cloud DNS: a planned zone as record sets with routing policies that answer as the spec asks.

A policy is one of three kinds and they do not nest, so a record with several rules is two levels:
the public name sends each Google Cloud region to the name of a rule (CNAME), and that name follows
the rule's order: its first step, and fenced behind it all that the rule has.
"""

from collections.abc import Iterator
from typing import Literal

from tricenter.topology.dns.clouddns_records import (
    Bucket,
    Geo,
    GeoItem,
    Policy,
    PrimaryBackup,
    RecordCheck,
    RoundRobin,
    RoutedSet,
    Tree,
)
from tricenter.topology.dns.continents import continent_geo, known
from tricenter.topology.dns.family import (
    Family,
    addresses_of,
    families_of,
    of_family,
    weight_of,
)
from tricenter.topology.dns.naming import label_of, refuse_clashes, rule_name, site_name
from tricenter.topology.dns.regions import COUNTRIES_NEAR, REGIONS, continent_of_region
from tricenter.topology.plan import PlannedPool, PlannedRecord, PlannedZone

# Limits of checks of external addresses, seconds; checked 2026-11-24:
# https://docs.cloud.google.com/dns/docs/configure-routing-policies
SHORTEST_INTERVAL, LONGEST_INTERVAL = 30, 300
MOST_FAILURES = 10
ONLY = "us-central1"
"""The location of an item that has none beside it: from everywhere it is the nearest."""
NOBODY = "_nobody"
"""A label without addresses, for places that no rule serves."""


def compile_clouddns(zone: PlannedZone) -> Tree:
    """The record sets of a zone, each after those whose names it gives; raises NameClash."""
    refuse_clashes(zone)
    labelled = [(label_of(zone, record), record) for record in zone.records]
    return Tree(
        zone=zone.name,
        checks=tuple(
            _check(label, record)
            for label, record in labelled
            if any(_halves(record, addresses)[1] for _, addresses in record.addresses)
        ),
        records=tuple(r for label, record in labelled for r in _record(label, record)),
    )


def check_interval(record: PlannedRecord) -> int:
    """Seconds between two checks: what the spec asks, within what Cloud DNS offers."""
    return int(min(max(record.check_interval, SHORTEST_INTERVAL), LONGEST_INTERVAL))


def failure_threshold(record: PlannedRecord) -> int:
    """Failures in a row until an address counts as unhealthy."""
    return min(record.check_failures, MOST_FAILURES)


def rules_served(label: str, record: PlannedRecord) -> tuple[PlannedPool, ...]:
    """The rules that Cloud DNS can keep apart: all, or everyone's alone where no CNAME may be."""
    if label == "@" and len(record.pools) > 1:
        return tuple(pool for pool in record.pools if "*" in pool.geos) or record.pools[:1]
    return record.pools


def by_weight(record: PlannedRecord, pool: PlannedPool) -> bool:
    """Whether a rule can be a weighted policy: one step with a choice, none of weight 0."""
    if len(pool.steps) != 1 or not (record.weights or record.address_weights):
        return False
    found = choices(record, pool.steps[0])
    return len(found) > 1 and all(weight for weight, _ in found)


def choices(
    record: PlannedRecord, step: tuple[str, ...]
) -> tuple[tuple[int, tuple[str, ...]], ...]:
    """Of what a step is a choice by weight: each site's addresses, or each address alone."""
    if record.address_weights:
        weights = dict(record.address_weights)
        return tuple((weights.get(a, 1), (a,)) for a in addresses_of(record, step))
    return tuple((weight_of(record, site), addresses_of(record, (site,))) for site in step)


def ranks(record: PlannedRecord, pool: PlannedPool) -> tuple[tuple[str, ...], ...]:
    """A rule's steps in the order of use: of a step, sites of weight 0 come after the others."""
    if not record.weights:
        return pool.steps
    halves = (
        tuple(site for site in step if bool(weight_of(record, site)) is weighty)
        for step in pool.steps
        for weighty in (True, False)
    )
    return tuple(half for half in halves if half)


def _check(label: str, record: PlannedRecord) -> RecordCheck:
    interval = check_interval(record)
    return RecordCheck(
        record=label,
        port=record.check_port,
        interval=interval,
        timeout=int(min(max(record.check_timeout, 1), interval)),
        failures=failure_threshold(record),
        request=record.request,
    )


def _record(label: str, record: PlannedRecord) -> Iterator[RoutedSet]:
    """The record sets of one public name: its sites, its rules, then the name itself."""
    pools = rules_served(label, record)
    for family in families_of(record):
        part = of_family(record, family)
        for site, addresses in part.addresses:
            alone = _together(part, addresses)
            yield _routed(label, part, family, alone, name=site_name(record, site), site=site)
        for pool in rules_served(label, part):
            if pool.steps or part.last_resort:
                name = record.name if len(pools) == 1 else rule_name(record, pool)
                yield _routed(label, part, family, _order(part, pool), name=name)
    if len(pools) > 1:
        items = tuple(
            GeoItem(location=region, data=(_rule_of(record, region) + ".",)) for region in REGIONS
        )
        yield _routed(label, record, "CNAME", Geo(items=items, fenced=False), name=record.name)


def _routed(
    label: str,
    record: PlannedRecord,
    kind: Family | Literal["CNAME"],
    policy: Policy,
    *,
    name: str,
    site: str | None = None,
) -> RoutedSet:
    return RoutedSet(
        label=label,
        site=site,
        name=name,
        type=kind,
        ttl=int(record.ttl),
        policy=policy,
        checked=_is_checked(policy),
    )


def _is_checked(policy: Policy) -> bool:
    """Whether a policy has an address that is checked: Cloud DNS takes no check for none."""
    match policy:
        case Geo():
            return any(item.checked for item in policy.items)
        case PrimaryBackup():
            return True
        case RoundRobin():
            return any(bucket.checked for bucket in policy.buckets)


def _together(record: PlannedRecord, addresses: tuple[str, ...]) -> Geo:
    """Addresses that share the answer wherever the client is; what nobody checks is plain data."""
    data, checked = _halves(record, addresses)
    return Geo(items=(GeoItem(location=ONLY, checked=checked, data=data),), fenced=True)


def _last_resort(record: PlannedRecord) -> Geo:
    """What is answered with all down, behind the one step that validation leaves a rule then."""
    return Geo(items=(GeoItem(location=ONLY, data=record.last_resort),), fenced=True)


def _halves(
    record: PlannedRecord, addresses: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of some addresses those that nobody checks, and those that are checked."""
    data = tuple(a for a in addresses if a in record.unchecked)
    return data, tuple(a for a in addresses if a not in record.unchecked)


def _bucket(record: PlannedRecord, weight: int, addresses: tuple[str, ...]) -> Bucket:
    data, checked = _halves(record, addresses)
    return Bucket(weight=weight, checked=checked, data=data)


def _order(record: PlannedRecord, pool: PlannedPool) -> Policy:
    """A rule as one policy: its sites by weight, or its first step with all that it has behind."""
    if by_weight(record, pool):
        found = choices(record, pool.steps[0])
        return RoundRobin(buckets=tuple(_bucket(record, *choice) for choice in found))
    if not pool.steps:
        return _last_resort(record)
    first = addresses_of(record, ranks(record, pool)[0])
    if not set(record.unchecked).isdisjoint(first):
        return _together(record, first)  # it is never down, so nothing behind it is ever asked
    if record.last_resort:
        return PrimaryBackup(first=first, backup=_last_resort(record))
    everything = addresses_of(record, tuple(site for step in pool.steps for site in step))
    # The first step's addresses stand in the backup too: it is used while they are down, so they
    # are left out, until all is down and the fence makes Cloud DNS answer with all of it.
    return PrimaryBackup(
        first=first,
        backup=_together(record, everything),
    )


def _rule_of(record: PlannedRecord, region: str) -> str:
    """The name that serves clients in a region: a country's rule, a continent's, everyone's."""
    wanted = (
        COUNTRIES_NEAR[region],
        {continent_geo(continent_of_region(region))},
        {"*"},
    )
    for geos in wanted:
        for pool in record.pools:
            if geos & set(filter(known, pool.geos)):
                return rule_name(record, pool)
    return f"{NOBODY}.{rule_name(record, record.pools[0]).partition('.')[2]}"
