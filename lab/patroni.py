"""Patroni's REST interface: what the members of a database say, and what they can be told."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Protocol

from tricenter.lab.at_once import at_once
from tricenter.lab.drift import drift, repair
from tricenter.lab.errors import LabError
from tricenter.lab.host import is_on
from tricenter.lab.secrets import password
from tricenter.lab.stack import Stack
from tricenter.lab.store import request
from tricenter.lab.waits import until
from tricenter.topology.plan import Plan, PlannedDatabase

LEADER_ROLES = frozenset({"primary", "master", "promoted"})
BUSY = frozenset({409, 412, 503})
"""Answers to a command that may be taken a moment later: right after a change of leader."""

SWITCH_S = 90.0
REJOIN_S = 300.0
"""Patience for sites that come back: they start, rewind or copy, and only then follow."""
CONFIG_S = 20.0


class Reachable(Protocol):
    """Where a member's REST interface is: a planned member has these."""

    @property
    def site(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def rest_port(self) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """The place of a member's REST interface."""

    site: str
    address: str
    rest_port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberState:
    """What a member says of itself; `position` is a byte of the log, `sync` Patroni's word.

    `received` is the last byte that it has on its disk, `replayed_ago` the seconds since the
    commit that it replayed last was made.
    """

    site: str
    state: str
    leads: bool
    streams: bool
    timeline: int | None
    position: int | None
    sync: str | None
    connections: int = 0
    received: int | None = None
    replayed_ago: float | None = None


def rest_password(stack: Stack) -> str:
    """The password that every change through the REST interfaces of a stack needs."""
    return password(stack, "rest")


def ask(
    stack: Stack,
    member: Reachable,
    path: str,
    *,
    method: str = "GET",
    body: Any = None,
    timeout: float = 2.0,
) -> tuple[int, str] | None:
    """Status and text of a member's answer, asked within its own site; None when there is none."""
    headers: dict[str, str] = {}
    if method != "GET":
        login = base64.b64encode(f"operator:{rest_password(stack)}".encode()).decode()
        headers = {"Authorization": f"Basic {login}", "Content-Type": "application/json"}
    target = (member.address, member.rest_port)
    return request(
        stack, member.site, target, path, method=method, body=body, headers=headers, timeout=timeout
    )


def member_state(stack: Stack, member: Reachable) -> MemberState | None:
    """What a member says of itself now; None when it does not answer."""
    found = ask(stack, member, "/patroni")
    if found is None:
        return None
    try:
        said: dict[str, Any] = json.loads(found[1])
    except ValueError:
        return None
    log: dict[str, Any] = said.get("xlog") or {}
    leads = said.get("role") in LEADER_ROLES
    sync = next((word for word in ("sync_standby", "quorum_standby") if said.get(word)), None)
    return MemberState(
        site=member.site,
        state=said.get("state", "unknown"),
        leads=leads,
        streams=said.get("replication_state") == "streaming",
        timeline=said.get("timeline"),
        position=log.get("location") or log.get("replayed_location"),
        sync=sync,
        connections=len(said.get("replication") or ()),
        received=log.get("location") or _furthest(log),
        replayed_ago=_ago(log.get("replayed_timestamp")),
    )


def _furthest(log: Mapping[str, Any]) -> int | None:
    """A standby that was restarted has replayed log that it has not received since."""
    known = [log[key] for key in ("received_location", "replayed_location") if log.get(key)]
    return max(known, default=None)


def _ago(stamp: str | None) -> float | None:
    try:
        made = datetime.fromisoformat(stamp) if stamp else None
    except ValueError:
        return None
    return None if made is None else max(0.0, (datetime.now(UTC) - made).total_seconds())


def is_settled(state: MemberState | None) -> bool:
    """Whether a member leads, or follows the leader's log as it is written."""
    return state is not None and state.state == "running" and (state.leads or state.streams)


def member_states(stack: Stack, database: PlannedDatabase) -> dict[str, MemberState | None]:
    """What each member of a database says, by site; None for one that does not answer."""

    def state(member: Reachable) -> MemberState | None:
        return member_state(stack, member) if _has_power(stack, member.site) else None

    states = at_once(state, database.members)
    return dict(zip((m.site for m in database.members), states, strict=True))


def leader(stack: Stack, database: PlannedDatabase, *, promoting: bool = False) -> str | None:
    """The site whose member holds the leader's lease and serves writes; None when nobody does.

    Patroni says 200 from the moment of the lease, and until its server has promoted, that its role
    is a copy's (4.1.5, 2026-12-01): only with `promoting` it counts as the leader by then.
    """

    def leads(member: Reachable) -> bool:
        found = ask(stack, member, "/primary") if _has_power(stack, member.site) else None
        if found is None or found[0] != 200:
            return False
        return promoting or json.loads(found[1]).get("role") in LEADER_ROLES

    found = zip(database.members, at_once(leads, database.members), strict=True)
    return next((member.site for member, yes in found if yes), None)


def _has_power(stack: Stack, site: str) -> bool:
    """Whether a site's host is there and on."""
    try:
        return is_on(stack, site)
    except LabError:
        return False


def config(stack: Stack, member: Reachable) -> dict[str, Any] | None:
    """What the members share in the store; None when this one does not answer."""
    found = ask(stack, member, "/config")
    return json.loads(found[1]) if found and found[0] == 200 else None


def change_config(stack: Stack, member: Reachable, wanted: Mapping[str, Any]) -> None:
    """Have the members share these settings, in place; nothing is sent when they do already.

    A pause is ended, and a setting is taken away that the plan does not have and that breaks a
    promise.
    """

    def done() -> bool:
        now = config(stack, member)
        if now is None:
            return False
        found = drift(wanted, now)
        if found:
            ask(stack, member, "/config", method="PATCH", body=repair(found), timeout=5.0)
        return not found

    # Right after a change of leader Patroni refuses with 409: asked again.
    until(done, CONFIG_S, f"the change of the settings of {member.site}", every=0.2)


def reload_member(stack: Stack, member: Reachable) -> None:
    """Have a running member read its files again; one that is down will when it starts."""
    ask(stack, member, "/reload", method="POST")


def switchover(stack: Stack, plan: Plan, database: str, to: str) -> None:
    """Hand a database to another site in order, nothing lost; returns when all follow it.

    LabError when nobody leads, or the handover is refused, with Patroni's reason. Only those are
    waited for that had settled before; NotFollowed names the ones that take too long.
    """
    from tricenter.lab.following import await_followers

    found = _database(plan, database)
    before = member_states(stack, found)
    now = leader(stack, found)
    if now is None:
        raise LabError(f"{database} has no leader to take over from: use failover")
    if now != to:
        _command(stack, found, now, "/switchover", {"leader": now, "candidate": to})
    _await_leader(stack, found, to)
    await_followers(stack, found, {site for site, s in before.items() if is_settled(s)})


def failover(stack: Stack, plan: Plan, database: str, to: str) -> None:
    """Make a site lead a database that has lost its leader; returns once it takes writes.

    Needs a majority of the store. Writes that this site never got are lost.
    """
    found = _database(plan, database)
    if leader(stack, found, promoting=True) != to:
        _command(stack, found, to, "/failover", {"candidate": to})
    _await_leader(stack, found, to)


def await_settled(
    stack: Stack, plan: Plan, timeout: float = REJOIN_S, *, only: str | None = None
) -> None:
    """Wait until every database is as the plan promises: one leader, all follow, voters confirm.

    `only` names one to wait for alone. LabError with what each member says where that does not
    happen.
    """

    def promised(database: PlannedDatabase) -> bool:
        if leader(stack, database) is None:
            return False
        states = member_states(stack, database)
        voters = {m.site for m in database.members if m.voter}
        confirming = [s for s in states.values() if s and s.sync and s.site in voters]
        wanted = {"quorum": len(voters) - 1, "sync": database.acks, "async": 0}[database.mode]
        return all(map(is_settled, states.values())) and len(confirming) >= wanted

    for database in (d for d in plan.databases if only in {None, d.name}):
        what = f"{database.name} with a leader, all members and its voters"
        try:
            until(partial(promised, database), timeout, what, every=0.25)
        except LabError as error:
            said = (_said(*one) for one in member_states(stack, database).items())
            raise LabError(f"{error}: {', '.join(said)}") from None


def _said(site: str, state: MemberState | None) -> str:
    if state is None:
        return f"{site} says nothing"
    does = "leads" if state.leads else "streams" if state.streams else "does not stream"
    return f"{site} is {state.state}, {does}, timeline {state.timeline}, sync {state.sync or 'no'}"


def _command(stack: Stack, database: PlannedDatabase, site: str, path: str, body: Any) -> None:
    member = next(m for m in database.members if m.site == site)
    said = "no answer"

    def taken() -> bool:
        nonlocal said
        found = ask(stack, member, path, method="POST", body=body, timeout=30.0)
        if found is None:
            return False
        said = f"{found[0]} {found[1].strip()}"
        if found[0] >= 400 and found[0] not in BUSY:
            raise LabError(f"{database.name}: {path[1:]} was refused: {said}")
        return found[0] < 300

    try:
        until(taken, CONFIG_S, path[1:], every=0.5)
    except LabError as error:
        raise LabError(f"{database.name}: {error}; Patroni said: {said}") from None


def _await_leader(stack: Stack, database: PlannedDatabase, site: str) -> None:
    what = f"{database.name} led by {site}"
    until(lambda: leader(stack, database) == site, SWITCH_S, what, every=0.1)


def _database(plan: Plan, name: str) -> PlannedDatabase:
    found = next((d for d in plan.databases if d.name == name), None)
    if found is None:
        raise LabError(f"no database {name!r}, only {', '.join(d.name for d in plan.databases)}")
    return found
