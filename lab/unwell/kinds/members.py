"""Databases without a leader, and members that do not follow theirs, with the reason."""

from collections.abc import Iterator

from tricenter.lab.at_once import at_once
from tricenter.lab.copies import Reason, reason
from tricenter.lab.errors import LabError
from tricenter.lab.observed import DatabaseStatus, MemberStatus, Status
from tricenter.lab.service import service_log
from tricenter.lab.stack import Stack
from tricenter.lab.unwell import Breaks, Unwell
from tricenter.topology.plan import Plan
from tricenter.topology.render.patroni import service_name

LINES = 200
SEGMENT = 16 << 20
"""Bytes of lag from which on the log of a copy is read that says it streams: one whose leader has
dropped what it needs seems to, for an instant each second."""
COPYING = "creating replica"
"""Patroni's word for a copy that is being made."""


def find(stack: Stack, plan: Plan, seen: Status) -> Iterator[Unwell]:
    """What the members of each database said of themselves, and what their logs say."""
    del plan
    off = {host.name for host in seen.hosts if not host.on}
    lost = [
        (database, member)
        for database in seen.databases
        for member in database.members
        if member.site not in off and (not member.settled or (member.lag or 0) >= SEGMENT)
    ]

    def why(pair: tuple[DatabaseStatus, MemberStatus]) -> Reason | None:
        try:
            name = service_name(pair[0].name)
            return reason(service_log(stack, pair[1].site, name, LINES).splitlines())
        except LabError:
            return None

    for database in seen.databases:
        if database.leader is None:
            yield Unwell(
                code="no-leader",
                where=database.name,
                says=f"{database.name} has no leader: no writes",
                mends="itself",
                breaks=(Breaks(measure="failover", database=database.name),),
            )
    for (database, member), found in zip(lost, at_once(why, lost), strict=True):
        if member.settled and (found is None or found.way != "fetch"):
            continue  # it is late, and gets on
        yield judge(database.name, member, found, led=database.leader is not None)


def judge(database: str, member: MemberStatus, found: Reason | None, *, led: bool) -> Unwell:
    """One member that does not follow: on its way, or held up by something that is known."""
    where, says = f"{database}/{member.site}", f"{database} in {member.site} does not follow"
    if member.state == COPYING:
        return Unwell(code="copy-is-made", where=where, says=f"{says}: {COPYING}", mends="itself")
    if found is None or not led:
        return Unwell(
            code="copy-does-not-follow",
            where=where,
            says=f"{says}: {member.state}",
            next=f"tricenter rejoin {member.site} --database {database}" if led else None,
            mends="itself",
        )
    return Unwell(
        code=f"copy-{found.code}",
        where=where,
        says=f"{says}: {found.says}",
        next=f"tricenter rejoin {member.site} --database {database}",
        mends="person" if found.way == "wait" else "itself",
    )
