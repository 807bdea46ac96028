"""The name by which clients find a database's leader, as a record of a cloud's zone. Pure.

One place for what components, roles, state machines and bundles write: they must write the same,
or each would undo what another did.
"""

from dataclasses import dataclass

from tricenter.topology.plan import Plan, PlannedDatabase, PlannedZone

KIND = "CNAME"
ROUTE53 = "route53"
OWN_ENDPOINTS = frozenset({"rds"})
"""Services whose instances have an endpoint each: the leader's name has to follow the leader."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaderName:
    """A name of a zone, and for how many seconds its answers are kept; its type is KIND."""

    name: str
    ttl: int


def leader_ttl(zone: PlannedZone) -> int:
    """The TTL of the names that follow leaders: no cloud takes parts of a second, nor zero."""
    return max(1, int(zone.writer_ttl))


def leader_name(zone: PlannedZone, database: PlannedDatabase) -> LeaderName:
    """The name of a database's leader."""
    return LeaderName(name=database.writer, ttl=leader_ttl(zone))


def name_to_turn(plan: Plan, database: PlannedDatabase) -> LeaderName | None:
    """The name in Route 53 that whoever forces a failover to another region has to turn.

    None where the service's own endpoint moves, where no other region has a copy, and where the
    zone is not in Route 53.
    """
    if database.service not in OWN_ENDPOINTS or ROUTE53 not in plan.zone.services:
        return None
    places = [plan.host(member.site).place for member in database.members]
    if len({place.region for place in places if place}) < 2:
        return None
    return leader_name(plan.zone, database)


def zone_comment(stack: str) -> str:
    """What a zone of Route 53 says of itself: of zones of one name it tells whose each is."""
    return f"tricenter: clients of {stack}"
