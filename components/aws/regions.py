"""The regions of a plan on AWS: which sites are in each, their zones, and a spare zone."""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network
from types import MappingProxyType

from tricenter.topology.errors import TricenterError
from tricenter.topology.placement import SUBNET_BITS
from tricenter.topology.plan import Plan, PlannedHost, PlannedPlace

LETTERS = MappingProxyType({"ap-northeast-1": "acd", "ca-central-1": "abd"})
"""Zone letters of regions where a new account has not a, b and c (checked 2026-11-24).

https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html
"""
ZONES_OF_A_SUBNET_GROUP = 2
"""RDS wants subnets in two zones, also where one of them holds nothing.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html
"""
NO_ZONES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Spare:
    """A zone in which no site stands, and the last subnet of the region's network."""

    zone: str
    subnet: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """One region: its address plan, its sites and witnesses, a spare zone where RDS needs one."""

    name: str
    network: str
    hosts: tuple[PlannedHost, ...]
    spare: Spare | None

    @property
    def sites(self) -> tuple[str, ...]:
        """The names of the sites in the region; witnesses hold no data."""
        return tuple(host.name for host in self.hosts if host.kind == "site")


def place_of(host: PlannedHost) -> PlannedPlace:
    """The place of a host on AWS; raises TricenterError where it has none."""
    if host.place is None or host.place.cloud != "aws":
        raise TricenterError(f"sites.{host.name}: it has no place on AWS: state `aws`")
    if host.place.zone is None:
        raise TricenterError(f"sites.{host.name}.aws: it has no zone: every site needs one")
    return host.place


def hosts_on_aws(plan: Plan) -> tuple[PlannedHost, ...]:
    """The sites and witnesses that stand on AWS, by name; not all where clouds are mixed."""
    return tuple(host for host in plan.hosts if host.place and host.place.cloud == "aws")


def find_regions(plan: Plan, spare_zones: Mapping[str, str] = NO_ZONES) -> tuple[Region, ...]:
    """The regions of a plan, by name. `spare_zones` names the spare zone of a region.

    Raises TricenterError where a host has no zone, or sites are in several accounts.
    """
    inside: dict[str, list[PlannedHost]] = {}
    for host in hosts_on_aws(plan):
        inside.setdefault(place_of(host).region, []).append(host)
    owner_of(plan)
    return tuple(
        Region(
            name=name,
            network=place_of(hosts[0]).network,
            hosts=tuple(hosts),
            spare=_spare(name, hosts, spare_zones.get(name)),
        )
        for name, hosts in sorted(inside.items())
    )


def owner_of(plan: Plan) -> str | None:
    """The account of the sites, None for that of the credentials; raises TricenterError."""
    owners = {place_of(host).owner for host in hosts_on_aws(plan)}
    if len(owners) > 1:
        named = ", ".join(sorted(owner or "that of the credentials" for owner in owners))
        raise TricenterError(
            f"sites: they are in several AWS accounts ({named}); a database and its copies live "
            f"in one: give every site the same `aws.account`, and a vault another one"
        )
    return next(iter(owners), None)


def _spare(region: str, hosts: list[PlannedHost], stated: str | None) -> Spare | None:
    used = {place_of(host).zone for host in hosts}
    if len(used) >= ZONES_OF_A_SUBNET_GROUP:
        return None
    free = (region + letter for letter in LETTERS.get(region, "abc"))
    zone = stated or next(zone for zone in free if zone not in used)
    subnets = list(IPv4Network(place_of(hosts[0]).network).subnets(SUBNET_BITS))
    return Spare(zone=zone, subnet=str(subnets[-1]))
