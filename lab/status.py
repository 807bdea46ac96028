"""How a stack is right now: hosts, store, databases, names; every part asked side by side."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import TypeVar

from tricenter.lab.at_once import at_once
from tricenter.lab.errors import LabError
from tricenter.lab.host import is_on, memory
from tricenter.lab.observed import (
    SECOND,
    UNLED,
    DatabaseStatus,
    HostStatus,
    MemberStatus,
    ServerStatus,
    Status,
)
from tricenter.lab.patroni import MemberState, is_settled, leader, member_states
from tricenter.lab.promises import promises
from tricenter.lab.resolve import ask
from tricenter.lab.service import services
from tricenter.lab.stack import Stack
from tricenter.lab.store import is_healthy
from tricenter.lab.turnover import has_just_changed
from tricenter.lab.unwell import look
from tricenter.topology.plan import Plan, PlannedDatabase, PlannedHost, PlannedServer

Found = TypeVar("Found")

RUNNING = frozenset({"ready", "starting"})


def collect(stack: Stack, plan: Plan) -> Status:
    """How every part of the stack is now; it takes about as long as the slowest answer."""

    def hosts() -> tuple[HostStatus, ...]:
        return at_once(partial(_host, stack), plan.hosts)

    def databases() -> tuple[DatabaseStatus, ...]:
        return at_once(partial(_database, stack), plan.databases)

    def servers() -> tuple[ServerStatus, ...]:
        return at_once(partial(_server, stack, plan), plan.zone.servers)

    with ThreadPoolExecutor(max_workers=3) as pool:
        asked = pool.submit(hosts), pool.submit(databases), pool.submit(servers)
        found = asked[0].result(), asked[1].result(), asked[2].result()
    seen = Status(
        stack=stack.id,
        topology=plan.topology,
        hosts=found[0],
        databases=found[1],
        servers=found[2],
    )
    unwell = look(stack, plan, seen)
    return replace(seen, unwell=unwell, promises=promises(plan, unwell))


def _host(stack: Stack, host: PlannedHost) -> HostStatus:
    on = _when_there(lambda: is_on(stack, host.name), default=False)
    found = _when_there(lambda: services(stack, host.name), default=()) if on else ()
    return HostStatus(
        name=host.name,
        city=host.city,
        on=on,
        voice=(on and is_healthy(stack, host.name, host.address)) if host.voice else None,
        services=tuple(service.name for service in found if service.state in RUNNING),
        down=tuple(service.name for service in found if service.state not in RUNNING),
        memory=_when_there(lambda: memory(stack, host.name), default=0) if on else 0,
    )


def _database(stack: Stack, database: PlannedDatabase) -> DatabaseStatus:
    states = member_states(stack, database)
    leads = leader(stack, database)
    first = states.get(leads or "")
    members = tuple(member_status(site, state, leads, first) for site, state in states.items())
    late = [m for m in members if not m.settled and states[m.site] is not None]
    if leads and first and late and has_just_changed(stack, database, leads, first.timeline):
        members = tuple(replace(m, settled=True) if m in late else m for m in members)
    return DatabaseStatus(name=database.name, leader=leads, members=members)


def member_status(
    site: str, state: MemberState | None, leads: str | None, first: MemberState | None
) -> MemberStatus:
    """A member as it says that it is, beside what the leader of this moment says."""
    ahead = first.position if first else None
    if state is None:
        return MemberStatus(
            site=site,
            role="-",
            state="no answer",
            settled=False,
            sync=False,
            lag=None,
            timeline=None,
        )
    position = state.position
    # The two were asked one after the other, so a replica may seem to be ahead.
    lag = None if ahead is None or position is None else max(0, ahead - position)
    return MemberStatus(
        site=site,
        role=_role(site, state, leads),
        state="streaming" if state.streams and not state.leads else state.state,
        # A leader that stops hands over, or is stopped: that nobody leads is what is said then.
        settled=is_settled(state) or (state.leads and state.state == "stopping"),
        sync=state.sync is not None,
        lag=None if site == leads else lag,
        timeline=state.timeline,
    )


def _role(site: str, state: MemberState, leads: str | None) -> str:
    if site == leads:
        return "leader"
    if not state.leads:
        return "replica"
    return UNLED if leads is None else SECOND


def _server(stack: Stack, plan: Plan, server: PlannedServer) -> ServerStatus:
    names = [name for database in plan.databases for name in (database.writer, database.reader)]
    names += [record.name for record in plan.zone.records]
    answers: list[tuple[str, tuple[str, ...] | None]] = []
    on = _when_there(lambda: is_on(stack, server.site), default=False)
    for name in names:
        found = ask(stack, server.site, server.address, name) if on else None
        answers.append((name, None if found is None else tuple(sorted(found))))
    return ServerStatus(site=server.site, provider=server.provider, answers=tuple(answers))


def _when_there(question: Callable[[], Found], default: Found) -> Found:
    """What a host answers, or the default when it goes away while it is asked."""
    try:
        return question()
    except LabError:
        return default
