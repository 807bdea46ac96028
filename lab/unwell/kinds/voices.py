"""Voices of the store that do not serve."""

from collections.abc import Iterator

from tricenter.lab.stack import Stack
from tricenter.lab.status import Status
from tricenter.lab.unwell import Breaks, Unwell
from tricenter.lab.unwell.kinds.hosts import can_lose_one
from tricenter.topology.plan import Plan


def find(stack: Stack, plan: Plan, seen: Status) -> Iterator[Unwell]:
    """Voices of hosts with power that do not serve."""
    del stack
    breaks = () if can_lose_one(plan, seen) else (Breaks(measure="failover"),)
    for host in seen.hosts:
        if host.on and host.voice is False:
            yield Unwell(
                code="voice-silent",
                where=host.name,
                says=f"the voice of {host.name} does not serve",
                next="tricenter up",
                mends="up",
                breaks=breaks,
            )
