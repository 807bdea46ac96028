"""Servers that take themselves for the leader of a database while another one leads it."""

from collections.abc import Iterator

from tricenter.lab.at_once import at_once
from tricenter.lab.errors import LabError
from tricenter.lab.host import run_in_host
from tricenter.lab.observed import SECOND, DatabaseStatus, MemberStatus, Status
from tricenter.lab.stack import Stack
from tricenter.lab.unwell import Breaks, Unwell, on
from tricenter.topology.plan import Plan, PlannedDatabase
from tricenter.topology.render.patroni import socket_folder

SILENT = "no answer"
PATIENCE_S = 1.5


def find(stack: Stack, plan: Plan, seen: Status) -> Iterator[Unwell]:
    """By what members say of themselves; a server whose agent is silent is asked itself."""
    powered = set(on(seen))
    asked = [
        (planned, status, member)
        for planned, status in zip(plan.databases, seen.databases, strict=True)
        if status.leader is not None
        for member in status.members
        if member.state == SILENT and member.site in powered
    ]
    writable = at_once(lambda entry: _takes_writes(stack, entry[0], entry[2].site), asked)
    silent = [entry for entry, yes in zip(asked, writable, strict=True) if yes]
    for planned, status in zip(plan.databases, seen.databases, strict=True):
        for member in status.members:
            if member.role == SECOND:
                yield second(planned, status, member, silent=False)
    for planned, status, member in silent:
        yield second(planned, status, member, silent=True)


def second(
    planned: PlannedDatabase, status: DatabaseStatus, member: MemberStatus, *, silent: bool
) -> Unwell:
    """What a second server of a database means, and what ends it."""
    alone = planned.mode == "async"
    fate = "commits there are lost later" if alone else "their commits wait"
    why = f"it is {member.state}"
    if silent:
        why = "its agent does not answer, and the site's keeper ends it"
    return Unwell(
        code="second-server",
        where=f"{status.name}/{member.site}",
        says=f"{member.site} has a second server of {status.name}, which {status.leader} leads: "
        f"{why}; connections that are open there read what is old, and {fate}",
        next=f"tricenter service {member.site} restart database-{status.name}" if silent else None,
        mends="itself",
        breaks=(Breaks(measure="commits", database=status.name),) if alone else (),
    )


def _takes_writes(stack: Stack, database: PlannedDatabase, site: str) -> bool:
    """Whether the server in a site runs and is in no recovery; False when it does not say."""
    port = next(str(m.port) for m in database.members if m.site == site)
    argv = ["psql", "-XAtqw", "-h", socket_folder(database.name), "-p", port, "-d", "postgres"]
    try:
        done = run_in_host(
            stack,
            site,
            [*argv, "-c", "SELECT pg_is_in_recovery()"],
            user="postgres",
            timeout=PATIENCE_S,
        )
    except LabError:
        return False
    return done.stdout.strip() == "f"
