"""Hosts without power, and services that should run and do not."""

from collections.abc import Iterator

from tricenter.lab.stack import Stack
from tricenter.lab.status import HostStatus, Status
from tricenter.lab.unwell import Breaks, Unwell
from tricenter.topology.plan import Plan

UP = "tricenter up"


def find(stack: Stack, plan: Plan, seen: Status) -> Iterator[Unwell]:
    """A host that is off is said once, with what its loss leaves without a further one to lose."""
    del stack
    for host in seen.hosts:
        if not host.on:
            yield Unwell(
                code="no-power",
                where=host.name,
                says=f"{host.name} has no power",
                next=UP,
                mends="up",
                breaks=tuple(_without(plan, seen, host)),
            )
            continue
        for name in host.down:
            yield Unwell(
                code="service-down",
                where=host.name,
                says=f"{name} is down in {host.name}",
                next=UP,
                mends="up",
            )


def _without(plan: Plan, seen: Status, host: HostStatus) -> Iterator[Breaks]:
    """What the next loss would find missing: a majority of the store."""
    if host.voice is not None and not can_lose_one(plan, seen):
        yield Breaks(measure="failover")


def can_lose_one(plan: Plan, seen: Status) -> bool:
    """Whether the voices that serve are a majority of the store without one of them as well."""
    voices = sum(host.voice for host in plan.hosts)
    serving = sum(host.voice is True for host in seen.hosts)
    return serving - 1 > voices // 2
