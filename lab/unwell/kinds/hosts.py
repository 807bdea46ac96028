"""Hosts without power, and services that should run and do not."""

from collections.abc import Iterator

from tricenter.lab.disk import disk_exists
from tricenter.lab.observed import HostStatus, Status
from tricenter.lab.stack import Stack
from tricenter.lab.unwell import UP, Breaks, Unwell
from tricenter.lab.unwell.majority import can_spare
from tricenter.topology.plan import Plan


def find(stack: Stack, plan: Plan, seen: Status) -> Iterator[Unwell]:
    """A host that is off is said once, with what its loss leaves without a further one to lose."""
    for host in seen.hosts:
        if not host.on:
            bare = _is_bare(stack, host.name)
            yield Unwell(
                code="no-disk" if bare else "no-power",
                where=host.name,
                says=f"{host.name} has no power{' and no disk: it is built anew' if bare else ''}",
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


def _is_bare(stack: Stack, host: str) -> bool:
    """Whether a host's disk is gone, too."""
    return stack.exists and "bounded-disk" in stack.can and not disk_exists(stack, host)


def _without(plan: Plan, seen: Status, host: HostStatus) -> Iterator[Breaks]:
    """What the next loss would find missing: a majority of the store."""
    if host.voice is not None and not can_spare(plan, seen):
        yield Breaks(measure="failover")
