"""The name by which clients find a database's leader, as a record of a cloud's zone. Pure.

One place for what components, roles, state machines and bundles write: they must write the same,
or each would undo what another did.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from tricenter.topology.gcp_names import gcp_name
from tricenter.topology.plan import Plan, PlannedDatabase, PlannedZone

KIND = "CNAME"
ROUTE53, CLOUD_DNS = "route53", "cloud-dns"
OWN_ENDPOINTS: Mapping[str, str] = {"rds": ROUTE53, "alloydb": CLOUD_DNS}
"""Services whose instances have an endpoint each: the leader's name has to follow the leader, in
a zone of this service."""
BY_ADDRESS = frozenset({"alloydb"})
"""Services whose endpoints are addresses and no names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaderName:
    """A name of a zone, for how many seconds its answers are kept, and its record's type."""

    name: str
    ttl: int
    kind: Literal["A", "CNAME"] = KIND


def leader_ttl(zone: PlannedZone) -> int:
    """The TTL of the names that follow leaders: no cloud takes parts of a second, nor zero."""
    return max(1, int(zone.writer_ttl))


def leader_name(zone: PlannedZone, database: PlannedDatabase) -> LeaderName:
    """The name of a database's leader."""
    kind = "A" if database.service in BY_ADDRESS else KIND
    return LeaderName(name=database.writer, ttl=leader_ttl(zone), kind=kind)


def name_to_turn(plan: Plan, database: PlannedDatabase) -> LeaderName | None:
    """The name that whoever moves a database to another region has to turn.

    None where the service's own endpoint moves, where no other region has a copy, and where the
    zone is not with the service's own cloud.
    """
    if OWN_ENDPOINTS.get(database.service) not in plan.zone.services:
        return None
    places = [plan.host(member.site).place for member in database.members]
    if len({place.region for place in places if place}) < 2:
        return None
    return leader_name(plan.zone, database)


def google_zone(stack: str) -> str:
    """The name of a stack's zone in Cloud DNS, which is not the domain that it has."""
    return gcp_name(stack, "dns")


def zone_comment(stack: str) -> str:
    """What a zone of Route 53 says of itself: of zones of one name it tells whose each is."""
    return f"tricenter: clients of {stack}"
