"""Databases without a leader, and members that do not follow theirs."""

from collections.abc import Iterator

from tricenter.lab.stack import Stack
from tricenter.lab.status import DatabaseStatus, MemberStatus, Status
from tricenter.lab.unwell import Breaks, Unwell
from tricenter.topology.plan import Plan


def find(stack: Stack, plan: Plan, seen: Status) -> Iterator[Unwell]:
    """What the members of each database said of themselves."""
    del stack, plan
    off = {host.name for host in seen.hosts if not host.on}
    for database in seen.databases:
        if database.leader is None:
            yield Unwell(
                code="no-leader",
                where=database.name,
                says=f"{database.name} has no leader: no writes",
                mends="itself",
                breaks=(Breaks(measure="failover", database=database.name),),
            )
        for member in database.members:
            if not member.settled and member.site not in off:
                yield _lost(database, member)


def _lost(database: DatabaseStatus, member: MemberStatus) -> Unwell:
    return Unwell(
        code="copy-does-not-follow",
        where=f"{database.name}/{member.site}",
        says=f"{database.name} in {member.site} does not follow: {member.state}",
        mends="itself",
    )
