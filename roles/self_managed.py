"""Roles of databases of our own on a cloud's machines: Patroni's REST interface, with mutual TLS.

It listens inside the sites' networks only, so a verb has to run where these are reached, and needs
the operator's certificate and password.
"""

import base64
import http.client
import json
import os
import ssl
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from tricenter.roles.interface import DatabaseRoles, Health, Loss, MemberRole, RoleError
from tricenter.roles.services import part, until
from tricenter.topology.plan import Plan, PlannedDatabase, PlannedMember

FOLDER = "TRICENTER_OPERATOR"
"""The variable with the folder of `ca.crt`, `operator.crt`, `operator.key` and `rest-password`."""
READ_S, COMMAND_S = 2.0, 60.0
LEADS = frozenset({"primary", "master", "promoted"})
BUSY = frozenset({409, 412, 503})
"""Answers to a command that may be taken a moment later: right after a change of leader."""

States = Mapping[str, Mapping[str, Any] | None]


@dataclass(frozen=True, slots=True)
class SelfManaged:
    """Databases under Patroni of a stack."""

    stack: str

    def observe(self, plan: Plan, database: PlannedDatabase) -> DatabaseRoles | None:
        """Who leads, as the members say; None where none of them can be asked from here."""
        del plan
        if FOLDER not in os.environ:
            return None
        states = _states(database)
        if not any(states.values()):
            return None
        return roles_of(database, states)

    def expected_loss(self, plan: Plan, database: PlannedDatabase, to: str) -> Loss:
        """Nothing where the leader answers and the site has its whole log; else unknown."""
        del plan
        states = _states(database)
        roles = roles_of(database, states)
        lag = next((m.lag_bytes for m in roles.members if m.site == to), None)
        if roles.leader is not None and lag == 0:
            why = f"{to} has the whole log of {roles.leader}, which answers"
            return Loss(seconds=0.0, transactions=0, source=why)
        why = "no leader answers" if roles.leader is None else f"{to} lacks {lag} bytes of the log"
        return Loss(seconds=None, transactions=None, source=why)

    def switchover(self, plan: Plan, database: PlannedDatabase, to: str) -> None:
        """POST /switchover at the leader."""
        del plan
        leader = roles_of(database, _reached(database)).leader
        if leader is None:
            raise RoleError(f"{database.name} has no leader to take over from: use failover")
        if leader != to:
            _command(database, leader, "/switchover", {"leader": leader, "candidate": to})
        _await_leader(database, to)

    def failover(self, plan: Plan, database: PlannedDatabase, to: str) -> None:
        """POST /failover at the site; the store must have its majority, else see the runbook."""
        del plan
        if roles_of(database, _reached(database)).leader != to:
            _command(database, to, "/failover", {"candidate": to})
        _await_leader(database, to)

    def prepare(self, plan: Plan, database: PlannedDatabase) -> tuple[str, ...]:
        """Nothing: Patroni is ready as it was deployed."""
        del plan, database
        return ()


def roles_of(database: PlannedDatabase, states: States) -> DatabaseRoles:
    """Who leads and how far the others are, by what Patroni's members say of themselves."""
    leading = [
        site
        for site, said in states.items()
        if said and said.get("role") in LEADS and said.get("state") == "running"
    ]
    leader = leading[0] if len(leading) == 1 else None
    ahead = _position(states[leader]) if leader else None
    members: list[MemberRole] = []
    for member in database.members:
        said = states.get(member.site)
        if said is None:
            members.append(MemberRole(site=member.site, health="unknown"))
            continue
        have = _position(said)
        lag = None if ahead is None or have is None else max(0, ahead - have)
        streams = said.get("replication_state") == "streaming"
        health: Health = "follows" if streams else "lags"
        if member.site == leader:
            health = "leads"
        members.append(MemberRole(site=member.site, health=health, lag_bytes=lag))
    return DatabaseRoles(database=database.name, leader=leader, members=tuple(members))


def _position(said: Mapping[str, Any] | None) -> int | None:
    log: Mapping[str, Any] = part(said, "xlog")
    return log.get("location") or log.get("received_location") or log.get("replayed_location")


def _reached(database: PlannedDatabase) -> States:
    states = _states(database)
    if not any(states.values()):
        where = ", ".join(f"{m.address}:{m.rest_port}" for m in database.members)
        raise RoleError(
            f"{database.name}: no member answers at {where}: run this where the sites' networks "
            f"are reached, with {FOLDER} naming the operator's folder"
        )
    return states


def _states(database: PlannedDatabase) -> States:
    with ThreadPoolExecutor(max_workers=8) as pool:
        asked = [pool.submit(_ask, member, "GET", "/patroni") for member in database.members]
        answers = [one.result() for one in asked]
    found: dict[str, Mapping[str, Any] | None] = {}
    for member, answer in zip(database.members, answers, strict=True):
        try:
            read: object = json.loads(answer[1]) if answer else None
        except ValueError:
            read = None
        found[member.site] = cast(dict[str, Any], read) if isinstance(read, dict) else None
    return found


def _command(database: PlannedDatabase, site: str, path: str, body: Mapping[str, Any]) -> None:
    member = next(m for m in database.members if m.site == site)

    def taken() -> bool:
        answer = _ask(member, "POST", path, body)
        if answer is None:
            raise RoleError(f"{database.name}: {site} does not answer to {path}")
        if answer[0] >= 400 and answer[0] not in BUSY:
            raise RoleError(f"{database.name}: {path} was refused: {answer[1].strip()}")
        return answer[0] < 300

    until(taken, f"{path} of {database.name}", COMMAND_S)


def _await_leader(database: PlannedDatabase, site: str) -> None:
    def leads() -> bool:
        return roles_of(database, _states(database)).leader == site

    until(leads, f"{database.name} led by {site}", 120.0)


def _ask(
    member: PlannedMember, method: str, path: str, body: Mapping[str, Any] | None = None
) -> tuple[int, str] | None:
    """Status and text of a member's answer; None when there is none."""
    timeout = READ_S if body is None else 30.0
    headers = {"Content-Type": "application/json", **(_login() if body else {})}
    connection = http.client.HTTPSConnection(
        member.address, member.rest_port, timeout=timeout, context=_context()
    )
    try:
        connection.request(method, path, json.dumps(body) if body else None, headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode(errors="replace")
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def _login() -> dict[str, str]:
    try:
        password = Path(_folder(), "rest-password").read_text(encoding="utf-8").strip()
    except OSError as error:
        raise RoleError(f"{error.filename}: {error.strerror}") from None
    login = base64.b64encode(f"operator:{password}".encode()).decode()
    return {"Authorization": f"Basic {login}"}


def _context() -> ssl.SSLContext:
    folder = _folder()
    try:
        context = ssl.create_default_context(cafile=f"{folder}/ca.crt")
        context.load_cert_chain(f"{folder}/operator.crt", f"{folder}/operator.key")
    except (OSError, ssl.SSLError) as error:
        raise RoleError(f"{folder}: the operator's certificate cannot be used: {error}") from None
    return context


def _folder() -> str:
    found = os.environ.get(FOLDER)
    if not found:
        raise RoleError(
            f"{FOLDER} is not set: it names the folder with the operator's ca.crt, operator.crt, "
            "operator.key and rest-password"
        )
    return found
