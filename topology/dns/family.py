"""A record's one address family: DNS asks for A and for AAAA apart, and each is steered apart."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import Literal

from tricenter.topology.plan import PlannedPool, PlannedRecord

Family = Literal["A", "AAAA"]
FAMILIES: tuple[Family, ...] = ("A", "AAAA")
_VERSIONS: Mapping[Family, int] = {"A": 4, "AAAA": 6}

NOWHERE: Mapping[Family, str] = {"A": "255.255.255.255", "AAAA": "ff02::1"}
"""Addresses to which no connection can be made, for services that always answer something."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer that a client may get: any `shown` of the `addresses`, by default all of them."""

    addresses: frozenset[str]
    shown: int

    @classmethod
    def of(cls, *addresses: str) -> "Answer":
        """The answer with all of these addresses."""
        return cls(frozenset(addresses), len(frozenset(addresses)))


Answers = frozenset[Answer]
"""Every answer that a client may get; one, unless weights or an unknown place leave a choice."""


def of_family(record: PlannedRecord, family: Family) -> PlannedRecord:
    """The record with the addresses of one family, and without steps that have none of it."""
    version = _VERSIONS[family]
    found = (
        (site, tuple(a for a in addresses if ip_address(a).version == version))
        for site, addresses in record.addresses
    )
    kept = tuple((site, addresses) for site, addresses in found if addresses)
    sites = {site for site, _ in kept}
    return replace(
        record,
        addresses=kept,
        last_resort=tuple(a for a in record.last_resort if ip_address(a).version == version),
        pools=tuple(_with_sites(pool, sites) for pool in record.pools),
    )


def families_of(record: PlannedRecord) -> tuple[Family, ...]:
    """The families that a record has addresses of."""
    return tuple(family for family in FAMILIES if of_family(record, family).addresses)


def addresses_of(record: PlannedRecord, sites: tuple[str, ...]) -> tuple[str, ...]:
    """The addresses of some sites, in the order of the record."""
    return tuple(a for site, addresses in record.addresses if site in sites for a in addresses)


def weight_of(record: PlannedRecord, site: str) -> int:
    """A site's weight; 1 where the spec states none."""
    return dict(record.weights).get(site, 1)


def _with_sites(pool: PlannedPool, sites: set[str]) -> PlannedPool:
    steps = (tuple(site for site in step if site in sites) for step in pool.steps)
    return replace(pool, steps=tuple(step for step in steps if step))
