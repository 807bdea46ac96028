"""Certificates of hosts that are missing, damaged, foreign, or that end soon."""

from collections.abc import Iterator

from tricenter.lab.at_once import at_once
from tricenter.lab.certificates import Fault
from tricenter.lab.errors import LabError
from tricenter.lab.observed import Status
from tricenter.lab.stack import Stack
from tricenter.lab.tls import host_fault
from tricenter.lab.unwell import UP, Breaks, Unwell, on
from tricenter.lab.unwell.majority import can_spare
from tricenter.topology.plan import Plan


def find(stack: Stack, plan: Plan, seen: Status) -> Iterator[Unwell]:
    """What the services of a host would meet at their next start."""
    powered = set(on(seen))
    hosts = [host.name for host in plan.hosts if host.voice and host.name in powered]

    def fault(host: str) -> Fault | None:
        try:
            return host_fault(stack, host)
        except LabError:
            return None  # it went away meanwhile

    found = {h: f for h, f in zip(hosts, at_once(fault, hosts), strict=True) if f is not None}
    broken = {host for host, found in found.items() if not found.soon}
    spare = can_spare(plan, seen, broken)
    for host, wrong in found.items():
        yield judged(host, wrong, spare=spare)


def judged(host: str, fault: Fault, *, spare: bool) -> Unwell:
    """A host whose certificate is not as it should be; `up` writes it anew.

    `spare`: the store outlives one loss more, with hosts counted as lost whose services could not
    start again.
    """
    breaks = () if fault.soon or spare else (Breaks(measure="failover"),)
    return Unwell(
        code=f"certificate-{fault.word}",
        where=host,
        says=f"{host}: {fault.says}"
        + ("" if fault.soon else "; its services cannot start with it, nor be asked"),
        next=UP,
        mends="up",
        breaks=breaks,
    )
