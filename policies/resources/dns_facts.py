"""Facts about DNS: records, zones, and what decides whether a record is answered."""

from dataclasses import dataclass
from typing import Literal

from tricenter.policies.resources.facts import Fact, Link
from tricenter.policies.resources.values import Known


@dataclass(frozen=True, slots=True, kw_only=True)
class Record(Fact):
    """One DNS record: `domain` the name that clients ask as it is written, `routing` how answers
    are chosen.

    `addresses` None where it is an alias; `checked` whether all of its answers are checked, None
    where nothing can be or where `check` and `alias` say it; `everywhere` whether a record by
    location is the one for every other location.
    """

    domain: Known[str] | None
    kind: Known[str] | None
    routing: Literal["simple", "failover", "geo", "other"]
    addresses: Known[tuple[str, ...]] | None = None
    ttl: Known[float] | None = None
    checked: Known[bool] | None = None
    check: Link | None = None
    alias: Link | None = None
    evaluates: Known[bool] | None = None
    """Whether an alias goes by the health of what it leads to; None for what is no alias."""
    everywhere: Known[bool] | None = None
    secondary: Known[bool] = False
    last: Known[bool] = False
    """Whether nothing is answered instead of it: the secondary, the location for all others."""
    standby: Known[tuple[str, ...]] | None = None
    """What the record itself has to answer instead; None where another record has it."""
    zone: Link | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone(Fact):
    """A DNS zone and its domain."""

    domain: Known[str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthCheck(Fact):
    """What decides whether a DNS record is answered: `flaw` says why it never changes its mind.

    One that is calculated needs `threshold` of its `children`; one that watches an alarm takes
    silence for health if `trusting`.
    """

    flaw: Known[str] | None = None
    children: tuple[Link, ...] = ()
    threshold: Known[float] | None = None
    alarm: Link | None = None
    trusting: Known[bool] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm(Fact):
    """An alarm; `heard` if it goes off where its metric is silent."""

    heard: Known[bool]
