"""How a stack is right now: hosts, store, databases, names; every part asked side by side."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from tricenter.lab.at_once import at_once
from tricenter.lab.errors import LabError
from tricenter.lab.host import is_on, memory
from tricenter.lab.patroni import MemberState, is_settled, leader, member_states
from tricenter.lab.resolve import ask
from tricenter.lab.service import services
from tricenter.lab.stack import Stack
from tricenter.lab.store import is_healthy
from tricenter.topology.plan import Plan, PlannedDatabase, PlannedHost, PlannedServer

Found = TypeVar("Found")

RUNNING = frozenset({"ready", "starting"})


@dataclass(frozen=True, slots=True, kw_only=True)
class HostStatus:
    """A host; `voice` is None for one without a voice, `memory` in bytes (PSS)."""

    name: str
    city: str | None
    on: bool
    voice: bool | None
    services: tuple[str, ...]
    down: tuple[str, ...]
    memory: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberStatus:
    """A member; `lag` in bytes behind the leader, None when one of the two is not known."""

    site: str
    role: str
    state: str
    settled: bool
    sync: bool
    lag: int | None
    timeline: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseStatus:
    """A database; `leader` is the site that takes its writes, None when none does."""

    name: str
    leader: str | None
    members: tuple[MemberStatus, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerStatus:
    """A name server and what it answers, None for a question without an answer."""

    site: str
    provider: str
    answers: tuple[tuple[str, tuple[str, ...] | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """A whole stack; `problems` are sentences, none when all is well."""

    stack: str
    topology: str
    hosts: tuple[HostStatus, ...]
    databases: tuple[DatabaseStatus, ...]
    servers: tuple[ServerStatus, ...]
    problems: tuple[str, ...]


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
    return Status(
        stack=stack.id,
        topology=plan.topology,
        hosts=found[0],
        databases=found[1],
        servers=found[2],
        problems=tuple(problems(plan, *found)),
    )


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
    ahead = first.position if first else None
    return DatabaseStatus(
        name=database.name,
        leader=leads,
        members=tuple(_member(site, state, ahead) for site, state in states.items()),
    )


def _member(site: str, state: MemberState | None, ahead: int | None) -> MemberStatus:
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
        role="leader" if state.leads else "replica",
        state="streaming" if state.streams and not state.leads else state.state,
        settled=is_settled(state),
        sync=state.sync is not None,
        lag=None if state.leads else lag,
        timeline=state.timeline,
    )


def _server(stack: Stack, plan: Plan, server: PlannedServer) -> ServerStatus:
    names = [name for database in plan.databases for name in (database.writer, database.reader)]
    names += [record.name for record in plan.zone.records]
    answers: list[tuple[str, tuple[str, ...] | None]] = []
    for name in names:
        found = ask(stack, server.site, server.address, name)
        answers.append((name, None if found is None else tuple(sorted(found))))
    return ServerStatus(site=server.site, provider=server.provider, answers=tuple(answers))


def _when_there(question: Callable[[], Found], default: Found) -> Found:
    """What a host answers, or the default when it goes away while it is asked."""
    try:
        return question()
    except LabError:
        return default


def problems(
    plan: Plan,
    hosts: tuple[HostStatus, ...],
    databases: tuple[DatabaseStatus, ...],
    servers: tuple[ServerStatus, ...],
) -> Iterator[str]:
    """What is wrong, in sentences; what follows from a lost site is not said again."""
    off = {host.name for host in hosts if not host.on}
    for host in hosts:
        if not host.on:
            yield f"{host.name} has no power"
            continue
        if host.voice is False:
            yield f"the voice of {host.name} does not serve"
        yield from (f"{name} is down in {host.name}" for name in host.down)
    for database in databases:
        if database.leader is None:
            yield f"{database.name} has no leader: no writes"
        for member in database.members:
            if not member.settled and member.site not in off:
                yield f"{database.name} in {member.site} does not follow: {member.state}"
    for server in servers:
        if server.site not in off:
            yield from _wrong_names(plan, databases, server)


def _wrong_names(
    plan: Plan, databases: tuple[DatabaseStatus, ...], server: ServerStatus
) -> Iterator[str]:
    answers = dict(server.answers)
    if all(answer is None for answer in answers.values()):
        yield f"the name server of {server.site} does not answer"
        return
    for database, status in zip(plan.databases, databases, strict=True):
        wanted = {m.address for m in database.members if m.site == status.leader}
        if set(answers[database.writer] or ()) != wanted:
            named = ", ".join(answers[database.writer] or ()) or "nobody"
            yield f"{server.site} names {named} as the writer of {database.name}"
