"""Record sets that tell clients apart: the public name by place, and below it by subnet."""

from collections.abc import Iterator

from tricenter.topology.dns.continents import continent_of, known
from tricenter.topology.dns.family import Family
from tricenter.topology.dns.naming import entry_name, location_of, rule_id, subnets_name
from tricenter.topology.dns.route53_records import Alias, Geolocation, InSubnet, RecordSet
from tricenter.topology.plan import PlannedPool, PlannedRecord


def by_place(
    label: str, record: PlannedRecord, family: Family, pool: PlannedPool
) -> Iterator[RecordSet]:
    """The public name for each place of a rule.

    Their health is not evaluated, for a rule always has an answer. Evaluated without one, Route 53
    would go on to the continent's or everyone's rule: to sites that the spec does not name here.
    """
    for geo in filter(known, pool.geos):
        place = geo.lower().replace(":", "-") if geo != "*" else rule_id(pool)
        yield RecordSet(
            label=label,
            site=None,
            name=record.name,
            type=family,
            policy=_location(geo),
            set_identifier=place,
            alias=Alias(target=_clients(record, pool), evaluate=False),
        )


def _clients(record: PlannedRecord, pool: PlannedPool) -> str:
    """Where clients of a rule's places go: to its order, first past the subnets if there are any.

    Below the places, so that the public name is of one policy with subnets and without.
    """
    ruled = any(other.subnets for other in record.pools)
    return subnets_name(record, pool) if ruled else entry_name(record, pool)


def by_subnet(
    label: str, record: PlannedRecord, family: Family, pool: PlannedPool
) -> Iterator[RecordSet]:
    """The rules of subnets, before what else clients of a rule's places get."""
    ruled = [(other, subnet) for other in record.pools for subnet in other.subnets]
    if not ruled or not any(map(known, pool.geos)):
        return
    places = [(other, location_of(subnet)) for other, subnet in ruled]
    for other, location in (*places, (pool, "*")):
        yield RecordSet(
            label=label,
            site=None,
            name=subnets_name(record, pool),
            type=family,
            policy=InSubnet(location=location),
            set_identifier=location if location != "*" else "elsewhere",
            alias=Alias(target=entry_name(record, other), evaluate=False),
        )


def _location(geo: str) -> Geolocation:
    if geo == "*":
        return Geolocation()
    if ":" in geo:
        return Geolocation(continent=continent_of(geo))
    country, _, state = geo.partition("-")
    return Geolocation(country=country, state=state or None)
