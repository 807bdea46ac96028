"""What Route 53 has of a zone: record sets, the ways to choose among them, health checks."""

from dataclasses import dataclass

from tricenter.topology.asked import PlannedRequest
from tricenter.topology.dns.family import Family

CHECKERS = ("ap-southeast-1", "eu-west-1", "us-west-2")
"""Regions of the health checkers: three, the least that the service takes, on three continents."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressCheck:
    """The health check of one address; `interval` in seconds. `record` is the spec's label.

    Without a `request` it is a connection alone.
    """

    record: str
    site: str
    address: str
    port: int
    interval: int
    failures: int
    request: PlannedRequest | None = None
    checkers: tuple[str, ...] = CHECKERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """A record set that answers as another name does, and with `evaluate` is as healthy."""

    target: str
    evaluate: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Multivalue:
    """All healthy values of the name together, at most eight."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighted:
    """One of the name's record sets by chance; weight 0 only where all others are unhealthy."""

    weight: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Failover:
    """One of exactly two: the second answers while the first is unhealthy."""

    first: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Geolocation:
    """Clients of one place: a country, a state of it, or a continent; else everyone else.

    A record set holds one place (https://github.com/pulumi/pulumi-aws/issues/2587, 2026-11-24).
    """

    country: str | None = None
    continent: str | None = None
    state: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """One of the name's record sets: the healthy one of the region that the client is nearest to.

    Nearest by latency, as Route 53 has measured it. A region has one record set.
    """

    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InSubnet:
    """Clients in one location of the zone's collection of subnets; all others by `*`."""

    location: str


Policy = Multivalue | Weighted | Failover | Geolocation | Latency | InSubnet


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSet:
    """A resource record set: an alias, or values with a TTL in seconds.

    `set_identifier` tells it from the others of its name and type. `check` is the address whose
    health check it has, None for one that always counts as healthy. `label` is the spec's word for
    the public record, `site` the site that it is of, None for one of a rule.
    """

    label: str
    site: str | None
    name: str
    type: Family
    policy: Policy
    set_identifier: str
    alias: Alias | None = None
    values: tuple[str, ...] = ()
    ttl: int | None = None
    check: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """What Route 53 has of a zone; each list is sorted as it can be made.

    `locations` are the subnets that rules name, each under a name of its own.
    """

    zone: str
    checks: tuple[AddressCheck, ...]
    records: tuple[RecordSet, ...]
    locations: tuple[tuple[str, str], ...] = ()

    def group(self, name: str, family: Family) -> tuple[RecordSet, ...]:
        """The record sets of one name and type."""
        return tuple(r for r in self.records if r.name == name and r.type == family)
