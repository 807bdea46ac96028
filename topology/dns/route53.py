"""Route 53: a planned zone as the record sets and health checks that answer as the spec asks.

From the top: one geolocation alias for each place of a rule, which never leaves its branch; a
chain of failover pairs, since a pair has exactly two; a step's sites together or by weight; and
each site's addresses, each with a health check of its own.
"""

from collections.abc import Iterator
from dataclasses import replace

from tricenter.topology.dns.family import (
    NOWHERE,
    Family,
    addresses_of,
    families_of,
    of_family,
    weight_of,
)
from tricenter.topology.dns.naming import (
    entry_name,
    group_name,
    label_of,
    latency_name,
    location_of,
    refuse_clashes,
    rule_id,
    rule_name,
    site_name,
    weighted_name,
)
from tricenter.topology.dns.route53_clients import by_place, by_subnet
from tricenter.topology.dns.route53_records import (
    AddressCheck,
    Alias,
    Failover,
    Latency,
    Multivalue,
    RecordSet,
    Tree,
    Weighted,
)
from tricenter.topology.plan import PlannedPool, PlannedRecord, PlannedZone
from tricenter.topology.steering import by_region

# Limits of the service, checked 2026-11-24. Values that a multivalue answer has:
# https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-multivalue.html
MOST_VALUES = 8
# Intervals (seconds) and failures in a row, and who checks from where:
# https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html
FAST, STANDARD = 10, 30
MOST_FAILURES = 10


def compile_route53(zone: PlannedZone) -> Tree:
    """The record sets of a zone, every alias after what it points to; raises NameClash."""
    refuse_clashes(zone)
    checks: list[AddressCheck] = []
    records: dict[RecordSet, None] = {}
    for record in zone.records:
        label = label_of(zone, record)
        checks += _checks(label, record)
        for family in families_of(record):
            records |= dict.fromkeys(_record(label, of_family(record, family), family))
    subnets = {s for record in zone.records for pool in record.pools for s in pool.subnets}
    return Tree(
        zone=zone.name,
        checks=tuple(checks),
        records=tuple(records),
        locations=tuple(sorted((location_of(subnet), subnet) for subnet in subnets)),
    )


def request_interval(record: PlannedRecord) -> int:
    """Seconds between two checks of one checker: Route 53 offers two intervals."""
    return FAST if record.check_interval < STANDARD else STANDARD


def failure_threshold(record: PlannedRecord) -> int:
    """Failures in a row until an address counts as unhealthy."""
    return min(record.check_failures, MOST_FAILURES)


def _checks(label: str, record: PlannedRecord) -> Iterator[AddressCheck]:
    for site, addresses in record.addresses:
        for address in (a for a in addresses if a not in record.unchecked):
            yield AddressCheck(
                record=label,
                site=site,
                address=address,
                port=record.check_port,
                interval=request_interval(record),
                failures=failure_threshold(record),
                request=record.request,
            )


def _record(label: str, record: PlannedRecord, family: Family) -> Iterator[RecordSet]:
    """The record sets of one public name and family, from the leaves up."""
    for site, _ in record.addresses:
        yield from _addresses(label, record, family, (site,))
    for pool in record.pools:
        for step in pool.steps:
            if len(step) > 1 or record.address_weights:
                yield from _step(label, record, family, step)
        yield from _order(label, record, family, pool)
    for pool in record.pools:
        yield from by_subnet(label, record, family, pool)
        yield from by_place(label, record, family, pool)


def _addresses(
    label: str, record: PlannedRecord, family: Family, sites: tuple[str, ...]
) -> Iterator[RecordSet]:
    """One multivalue record set for each address of the sites, checked."""
    for site, addresses in record.addresses:
        for address in addresses if site in sites else ():
            yield RecordSet(
                label=label,
                site=site,
                name=group_name(record, sites),
                type=family,
                policy=Multivalue(),
                set_identifier=f"{site}-{address}",
                values=(address,),
                ttl=int(record.ttl),
                check=None if address in record.unchecked else address,
            )


def _step(
    label: str, record: PlannedRecord, family: Family, step: tuple[str, ...]
) -> Iterator[RecordSet]:
    """Sites that share the answer: all their addresses, one of them, or one site's by weight."""
    if record.address_weights:
        name = weighted_name(record, step)
        for one in _addresses(label, record, family, step):
            weight = dict(record.address_weights).get(one.values[0], 1)
            yield replace(one, name=name, policy=Weighted(weight=weight))
        return
    regions = by_region(record, step)
    if record.latency and len(regions) > 1:
        for region, sites in regions:
            if len(sites) > 1:
                yield from _addresses(label, record, family, sites)
            yield RecordSet(
                label=label,
                site=None,
                name=latency_name(record, step),
                type=family,
                policy=Latency(region=region),
                set_identifier=region,
                alias=Alias(target=group_name(record, sites), evaluate=True),
            )
        return
    if not record.weights:
        # Not aliases to the sites: a multivalue record set cannot be an alias (2026-11-24,
        # https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-multivalue.html).
        yield from _addresses(label, record, family, step)
        return
    for site in sorted(step):
        yield RecordSet(
            label=label,
            site=site,
            name=weighted_name(record, step),
            type=family,
            policy=Weighted(weight=weight_of(record, site)),
            set_identifier=site,
            alias=Alias(target=site_name(record, site), evaluate=True),
        )


def _order(
    label: str, record: PlannedRecord, family: Family, pool: PlannedPool
) -> Iterator[RecordSet]:
    """A rule's order as a chain of failover pairs, the last one ending in what always answers.

    A name has one first and one second, whatever they point to: an edit of the order changes them
    in place, since Route 53 takes no second pair beside the one that is there.
    """
    rule = rule_id(pool)
    end = RecordSet(
        label=label,
        site=None,
        name=entry_name(record, pool, len(pool.steps) - 1),
        type=family,
        policy=Failover(first=False) if pool.steps else Multivalue(),
        set_identifier=f"{rule}-second" if pool.steps else rule,
        values=_when_all_down(record, family, pool),
        ttl=int(record.ttl),
    )
    yield end
    for depth in reversed(range(len(pool.steps))):
        name = rule_name(record, pool, depth)
        if depth + 1 < len(pool.steps):
            further = Alias(target=rule_name(record, pool, depth + 1), evaluate=True)
            yield RecordSet(
                label=label,
                site=None,
                name=name,
                type=family,
                policy=Failover(first=False),
                set_identifier=f"{rule}-second",
                alias=further,
            )
        step = pool.steps[depth]
        yield RecordSet(
            label=label,
            site=None,
            name=name,
            type=family,
            policy=Failover(first=True),
            set_identifier=f"{rule}-first",
            alias=Alias(target=_step_name(record, step), evaluate=True),
        )


def _step_name(record: PlannedRecord, step: tuple[str, ...]) -> str:
    """Where a step is answered. Each routing policy has a name of its own: those of one name must
    agree, and an edit makes the new record sets before it takes the old ones away.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-weighted.html
    (checked 2026-11-30)
    """
    if record.latency and len(by_region(record, step)) > 1:
        return latency_name(record, step)
    by_weight = record.address_weights or (len(step) > 1 and record.weights)
    return weighted_name(record, step) if by_weight else group_name(record, step)


def _when_all_down(record: PlannedRecord, family: Family, pool: PlannedPool) -> tuple[str, ...]:
    """What a rule answers with nothing up: Route 53 has to answer something."""
    if record.last_resort:
        return record.last_resort
    everything = addresses_of(record, tuple(site for step in pool.steps for site in step))
    if not everything or record.when_all_down == "serve-none":
        return (NOWHERE[family],)
    return everything
