"""Settings in force that are not the plan's, and a cluster that is paused."""

from collections.abc import Iterator, Mapping
from typing import Any

from tricenter.lab.at_once import at_once
from tricenter.lab.drift import Drift, drift
from tricenter.lab.observed import DatabaseStatus, Status
from tricenter.lab.patroni import config
from tricenter.lab.server_settings import overrides
from tricenter.lab.stack import Stack
from tricenter.lab.unwell import UP, Breaks, Unwell
from tricenter.topology.plan import Plan, PlannedDatabase
from tricenter.topology.render.patroni import dynamic_config

LOST = {
    "commits": "an acknowledged write may be in one site alone",
    "failover": "nobody takes over in the time that is promised",
    "archive": "the newest moments cannot be restored",
}
"""What a promise loses, in words."""


def find(stack: Stack, plan: Plan, seen: Status) -> Iterator[Unwell]:
    """What the members share and what the leader's server has of its own."""

    def ask(pair: tuple[PlannedDatabase, DatabaseStatus]) -> tuple[Unwell, ...]:
        database, status = pair
        shared = _shared(stack, database, status)
        if shared is None:
            return ()
        own = [m for m in database.members if m.site == status.leader]
        beside = [d for m in own for d in overrides(stack, m.site, m.database, m.port)]
        return tuple(judge(database.name, dynamic_config(plan, database), shared, beside))

    for found in at_once(ask, zip(plan.databases, seen.databases, strict=True)):
        yield from found


def judge(
    database: str, planned: Mapping[str, Any], shared: Mapping[str, Any], own: list[Drift]
) -> Iterator[Unwell]:
    """A pause, then each setting that differs, with what it takes from a promise."""
    for entry in (*drift(planned, shared), *own):
        if entry.name == "pause":
            yield Unwell(
                code="paused",
                where=database,
                says=f"{database} is paused (maintenance mode): nothing fails over",
                next=UP,
                mends="up",
                breaks=(Breaks(measure="failover", database=database),),
            )
            continue
        measure = entry.measure
        lost = f": {LOST[measure]}" if measure in LOST else ""
        yield Unwell(
            code="settings-drift",
            where=database,
            says=f"{database}: {entry}{lost}",
            next=UP,
            mends="up",
            breaks=(Breaks(measure=measure, database=database),) if measure else (),
        )


def _shared(
    stack: Stack, database: PlannedDatabase, status: DatabaseStatus
) -> Mapping[str, Any] | None:
    """What the members share, as the leader says, else any who answers."""
    answering = [m.site for m in status.members if m.state != "no answer"]
    for member in sorted(database.members, key=lambda m: m.site != status.leader):
        if member.site in answering and (found := config(stack, member)) is not None:
            return found
    return None
