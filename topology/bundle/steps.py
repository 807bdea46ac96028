"""The steps of a scenario's bundle: look, approve, fence, act, verify, then what is left to do."""

from collections.abc import Iterator
from itertools import chain
from typing import Literal

from tricenter.topology.addresses import readdress
from tricenter.topology.bundle import patroni
from tricenter.topology.bundle.changes import (
    OWN,
    changes,
    look,
    managed_fence,
    next_copies,
    turns,
)
from tricenter.topology.bundle.lost import lost_regions, lost_sites
from tricenter.topology.bundle.model import Bundle, Step
from tricenter.topology.bundle.patroni import Seat
from tricenter.topology.plan import Plan, PlannedDatabase, PlannedOutcome, PlannedScenario

MOVES = ("lose-site", "lose-pair", "lose-city", "isolate")
"""Kinds of scenario after which another site may have to lead."""


def make_bundle(plan: Plan, scenario: PlannedScenario, stack: str) -> Bundle:
    """The bundle of one scenario for a stack. Observed roles are no part of it."""
    plan = readdress(plan)
    lost = lost_sites(scenario)
    gone = lost_regions(plan, lost)
    seat = _seat(plan, scenario, lost)
    mode, decide = _approval(plan, scenario)
    return Bundle(
        topology=plan.topology,
        stack=stack,
        digest=plan.digest,
        target=plan.target,
        scenario=scenario.id,
        title=scenario.title,
        explanation=scenario.explanation,
        lost_sites=lost,
        lost_regions=gone,
        seat=seat,
        approval=mode,
        decide_s=decide,
        outcomes=tuple(
            {"database": o.database, "leader": o.leader, "rpo": o.rpo, "rto": o.rto}
            for o in scenario.outcomes
        ),
        steps=tuple(_steps(plan, scenario, stack, lost, seat)),
    )


def _seat(plan: Plan, scenario: PlannedScenario, lost: tuple[str, ...]) -> str | None:
    """The site whose machine runs the steps: the one that is to lead most, else any survivor."""
    left = [host.name for host in plan.sites if host.name not in lost]
    wanted = [o.leader for o in scenario.outcomes if o.leader in left]
    return max(left, key=lambda name: (wanted.count(name), name), default=None)


def _approval(
    plan: Plan, scenario: PlannedScenario
) -> tuple[Literal["automatic", "approve"], float]:
    stated = {f.scenario: f for f in plan.failover}
    found = stated.get(scenario.id) or stated.get(scenario.kind)
    asked = any(o.decides == "approve" for o in scenario.outcomes)
    if asked or (found and found.mode == "approve"):
        return "approve", found.decide if found else 0.0
    return "automatic", 0.0


def _steps(
    plan: Plan, scenario: PlannedScenario, stack: str, lost: tuple[str, ...], seat: str | None
) -> Iterator[Step]:
    databases = {database.name: database for database in plan.databases}
    moved = [o for o in scenario.outcomes if _moves(databases[o.database], scenario, o, lost)]
    if seat is None:
        yield _restore(plan)
        return
    for outcome in scenario.outcomes:
        database = databases[outcome.database]
        asked = _asked(database, outcome, seat, lost)
        yield _observe(plan, database, stack, Seat(plan, seat), asked, lost)
    if not moved:
        yield Step(
            id="runbook",
            kind="after",
            title="No database has to change hands: follow the scenario's runbook",
        )
        return
    yield Step(
        id="approve",
        kind="approve",
        title=f"Are {' and '.join(lost)} really down, or to be given up?",
        expect="a person types the scenario's id; the journal keeps who and when",
    )
    own = [databases[o.database] for o in moved if databases[o.database].service in OWN]
    yield from _fences(plan, moved, databases, lost, seat)
    if own and not scenario.majority:
        yield _alone(plan, seat, own)
    for outcome in moved:
        yield from _move(plan, scenario, databases[outcome.database], outcome, stack, seat)
    for outcome in moved:
        if outcome.leader is not None:
            database = databases[outcome.database]
            yield from turns(plan, database, outcome.leader, stack, lost)
    for outcome in moved:
        if outcome.leader is not None:
            database = databases[outcome.database]
            yield from next_copies(plan, database, outcome.leader, stack, lost)
    yield from _after(plan, own, lost, seat)


def _moves(
    database: PlannedDatabase,
    scenario: PlannedScenario,
    outcome: PlannedOutcome,
    lost: tuple[str, ...],
) -> bool:
    """Whether a database may have been led from what is lost, whoever the spec prefers, and has a
    copy where it is to be led from; else the runbook restores it there."""
    copies = {member.site for member in database.members}
    return scenario.kind in MOVES and bool(copies & set(lost)) and outcome.leader in copies


def _asked(
    database: PlannedDatabase, outcome: PlannedOutcome, seat: str, lost: tuple[str, ...]
) -> str | None:
    """The survivor to ask about a database: who is to lead it, else one that has a copy."""
    left = [member.site for member in database.members if member.site not in lost]
    wanted = (outcome.leader, seat, *left)
    return next((site for site in wanted if site in left), None)


def _observe(
    plan: Plan,
    database: PlannedDatabase,
    stack: str,
    seat: Seat,
    asked: str | None,
    lost: tuple[str, ...],
) -> Step:
    if asked is None:
        return Step(
            id=f"gone-{database.name}",
            kind="after",
            title=f"No site that is left has a copy of {database.name}: its runbook restores it",
            database=database.name,
        )
    call = look(plan, database, asked, stack, seat)
    return Step(
        id=f"observe-{database.name}",
        kind="observe",
        title=f"Who leads {database.name}, and what the survivors know of it",
        database=database.name,
        graceful=(call,),
        forced=(call,),
        expect=f"a leader in {' or '.join(lost)}, or none: else leave its steps out"
        if lost
        else "one leader that takes writes",
        required=False,
    )


def _fences(
    plan: Plan,
    moved: list[PlannedOutcome],
    databases: dict[str, PlannedDatabase],
    lost: tuple[str, ...],
    seat: str,
) -> Iterator[Step]:
    own = [o for o in moved if databases[o.database].service in OWN]
    if own:
        there = Seat(plan, seat)
        routes = chain.from_iterable(patroni.blackhole(there, plan.host(name)) for name in lost)
        yield Step(
            id="fence-sites",
            kind="fence",
            title=f"Stop talking to {' and '.join(lost)}: without us they acknowledge nothing",
            forced=tuple(routes),
            expect="every command ends with 0",
        )
    for outcome in moved:
        database = databases[outcome.database]
        if database.service in OWN or outcome.leader is None:
            continue
        yield managed_fence(plan, database, outcome.leader, lost)


def _alone(plan: Plan, seat: str, own: list[PlannedDatabase]) -> Step:
    there = Seat(plan, seat)
    names = [database.name for database in own]
    leases = tuple(patroni.forget_leader(there, name) for name in names)
    return Step(
        id="store-alone",
        kind="act",
        title=f"The voices left are a minority: make the voice of {seat} a store of its own",
        forced=(*patroni.store_alone(there), *leases),
        expect="etcdctl says `is healthy`",
    )


def _move(
    plan: Plan,
    scenario: PlannedScenario,
    database: PlannedDatabase,
    outcome: PlannedOutcome,
    stack: str,
    seat: str,
) -> Iterator[Step]:
    leader = outcome.leader
    assert leader is not None  # noqa: S101 - `_moves` has looked
    graceful, forced, proof = changes(plan, scenario, database, leader, stack, Seat(plan, seat))
    yield Step(
        id=f"move-{database.name}",
        kind="act",
        title=f"Make {leader} lead {database.name}; forced this may lose {outcome.rpo}",
        database=database.name,
        graceful=graceful,
        forced=forced,
        expect="the request is taken; refused means: look again before anything else",
    )
    yield Step(
        id=f"verify-{database.name}",
        kind="verify",
        title=f"{leader} leads {database.name}",
        database=database.name,
        graceful=(proof,),
        forced=(proof,),
        expect=f"{leader} takes writes, after {outcome.rto}",
    )


def _after(
    plan: Plan, own: list[PlannedDatabase], lost: tuple[str, ...], seat: str
) -> Iterator[Step]:
    if own:
        there = Seat(plan, seat)
        routes = tuple(
            chain.from_iterable(patroni.open_again(there, plan.host(name)) for name in lost)
        )
        yield Step(
            id="open-again",
            kind="after",
            title=f"Only when {' and '.join(lost)} can do no harm: talk to it again, so that it "
            "can follow",
            graceful=(),
            forced=routes,
            expect="its members follow without a full copy",
            required=False,
        )
    yield Step(
        id="record",
        kind="after",
        title="Compare the newest transactions with clients and partners, note loss and time, "
        "and refresh the stack before anything else is deployed",
    )


def _restore(plan: Plan) -> Step:
    places = sorted({place for backup in plan.backups for place in backup.vaults})
    return Step(
        id="restore",
        kind="after",
        title=f"Every site is gone: restore from {' or '.join(places) or 'what partners hold'}, as "
        "the runbook says",
    )
