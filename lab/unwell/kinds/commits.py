"""Leaders that confirm writes alone: the next loss would lose what they acknowledged."""

from collections.abc import Iterator

from tricenter.lab.observed import DatabaseStatus, Status
from tricenter.lab.stack import Stack
from tricenter.lab.unwell import Breaks, Unwell
from tricenter.topology.plan import Plan, PlannedDatabase


def find(stack: Stack, plan: Plan, seen: Status) -> Iterator[Unwell]:
    """Databases whose commits wait for another site, held against who confirms them now."""
    del stack
    for database, status in zip(plan.databases, seen.databases, strict=True):
        yield from judge(database, status)


def judge(database: PlannedDatabase, status: DatabaseStatus) -> Iterator[Unwell]:
    """Nobody confirms, or fewer than the spec asks for."""
    if database.mode == "async" or status.leader is None:
        return
    voters = {m.site for m in database.members if m.voter} - {status.leader}
    confirming = [m.site for m in status.members if m.sync and m.settled and m.site in voters]
    if len(confirming) >= database.acks:
        return
    if database.strict:
        yield Unwell(
            code="commits-wait",
            where=database.name,
            says=f"{database.name} takes no writes: no other site confirms them, and it is strict",
            mends="itself",
            breaks=(Breaks(measure="failover", database=database.name),),
        )
        return
    alone = "alone" if not confirming else f"with {', '.join(confirming)} only"
    yield Unwell(
        code="commits-alone",
        where=database.name,
        says=f"{database.name} commits {alone}: the loss of {status.leader} now loses "
        "acknowledged writes",
        mends="itself",
        breaks=(Breaks(measure="commits", database=database.name),),
    )
