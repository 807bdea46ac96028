"""What Cloud DNS has of a zone: record sets, the policies by which they answer, health checks."""

from dataclasses import dataclass
from typing import Literal

from tricenter.topology.asked import PlannedRequest
from tricenter.topology.dns.family import Family

CHECKERS = ("asia-southeast1", "europe-west1", "us-central1")
"""Regions that check: exactly three, on three continents."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCheck:
    """The health check of a record, made at each of its addresses; times in seconds.

    Without a `request` it is a connection alone.
    """

    record: str
    port: int
    interval: int
    timeout: int
    failures: int
    request: PlannedRequest | None = None
    checkers: tuple[str, ...] = CHECKERS


@dataclass(frozen=True, slots=True, kw_only=True)
class GeoItem:
    """What clients near a region get: addresses that are checked, or plain data."""

    location: str
    checked: tuple[str, ...] = ()
    data: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Geo:
    """The item nearest to the client; fenced: its own items even where all of them are down."""

    items: tuple[GeoItem, ...]
    fenced: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PrimaryBackup:
    """The first addresses that are healthy; where none is, the backup. `trickle` is a ratio."""

    first: tuple[str, ...]
    backup: Geo
    trickle: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """Addresses that are answered together, as often as the weight says."""

    weight: int
    checked: tuple[str, ...]
    data: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundRobin:
    """One bucket by chance, of those with a healthy address."""

    buckets: tuple[Bucket, ...]


Policy = Geo | PrimaryBackup | RoundRobin


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutedSet:
    """A record set with a routing policy; `ttl` in seconds.

    `label` is the spec's word for the public record, `site` the site that it is of, None for one
    of a rule or of the public name. `checked` says whether the record's health check is used.
    """

    label: str
    site: str | None
    name: str
    type: Family | Literal["CNAME"]
    ttl: int
    policy: Policy
    checked: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """What Cloud DNS has of a zone."""

    zone: str
    checks: tuple[RecordCheck, ...]
    records: tuple[RoutedSet, ...]

    def find(self, name: str, kind: str) -> RoutedSet | None:
        """The record set of a name and type."""
        return next((r for r in self.records if r.name == name and r.type == kind), None)
