"""Roles of databases of our own on a cloud's machines: Patroni's REST interface, with mutual TLS.

It listens inside the sites' networks only, so a verb has to run where these are reached or be told
a way in, and needs the operator's certificate and password.
"""

import http.client
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from time import monotonic, sleep
from typing import Any, cast

from tricenter.roles.interface import DatabaseRoles, Health, Loss, MemberRole, RoleError
from tricenter.roles.operators import (
    FOLDER,
    PROXY,
    Fetch,
    Operator,
    connection,
    find_operator,
    has_way_in,
)
from tricenter.roles.services import EVERY_S, OFFLINE_EVERY_S, is_offline, part, until
from tricenter.topology.addresses import readdress
from tricenter.topology.plan import Plan, PlannedDatabase, PlannedMember

SERVICE = "self-managed"
READ_S, COMMAND_S, LEADS_S, BOOT_S = 2.0, 60.0, 120.0, 900.0
OFFLINE_READ_S = 10.0
"""An emulated network loses nothing, and shares its processors with everything else."""
LEADS = frozenset({"primary", "master", "promoted"})
BUSY = frozenset({409, 412, 503})
"""Answers to a command that may be taken a moment later: right after a change of leader."""
NO_STORE = "failed to write failover key into DCS"
"""What Patroni 4.1.5 says when its store takes no change (patroni/api.py, do_POST_failover)."""

States = Mapping[str, Mapping[str, Any] | None]


@dataclass(frozen=True, slots=True)
class SelfManaged:
    """Databases under Patroni of a stack; `fetch` reads the operator's secret from the cloud."""

    stack: str
    fetch: Fetch | None = None
    _operator: list[Operator] = field(default_factory=list[Operator])

    def observe(self, plan: Plan, database: PlannedDatabase) -> DatabaseRoles | None:
        """Who leads, as the members say; None where none of them can be asked from here."""
        operator = self._find(plan)
        if operator is None:
            return None
        placed = _placed(plan, database)
        states = self._states(placed, operator)
        return roles_of(placed, states) if any(states.values()) else None

    def expected_loss(self, plan: Plan, database: PlannedDatabase, to: str) -> Loss:
        """Nothing where the leader answers and the site has its whole log; else unknown."""
        placed, _, states = self._reached(plan, database)
        roles = roles_of(placed, states)
        lag = next((m.lag_bytes for m in roles.members if m.site == to), None)
        if roles.leader is not None and lag == 0:
            why = f"{to} has the whole log of {roles.leader}, which answers"
            return Loss(seconds=0.0, transactions=0, source=why)
        why = "no leader answers" if roles.leader is None else f"{to} lacks {lag} bytes of the log"
        return Loss(seconds=None, transactions=None, source=why)

    def switchover(self, plan: Plan, database: PlannedDatabase, to: str) -> None:
        """POST /switchover at the leader."""
        placed, operator, states = self._reached(plan, database)
        leader = roles_of(placed, states).leader
        if leader is None:
            raise RoleError(f"{database.name} has no leader to take over from: use failover")
        if leader != to:
            body = {"leader": leader, "candidate": to}
            self._command(placed, operator, leader, "/switchover", body)
        self._await_leader(placed, operator, to)

    def failover(self, plan: Plan, database: PlannedDatabase, to: str) -> None:
        """POST /failover at the site; the store must have its majority, else see the runbook."""
        placed, operator, states = self._reached(plan, database)
        if roles_of(placed, states).leader != to:
            self._command(placed, operator, to, "/failover", {"candidate": to})
        self._await_leader(placed, operator, to)

    def prepare(self, plan: Plan, database: PlannedDatabase) -> tuple[str, ...]:
        """Wait for new machines to become sites, where somebody has named a way to them."""
        operator = self._find(plan)
        if operator is None or not has_way_in():
            return ()
        placed = _placed(plan, database)

        def all_follow() -> bool:
            roles = roles_of(placed, self._states(placed, operator))
            followed = all(member.health in {"leads", "follows"} for member in roles.members)
            return roles.leader is not None and followed

        if all_follow():
            return ()
        until(all_follow, f"{database.name} led, and followed by its other sites", BOOT_S)
        return (f"{database.name}: its machines have become sites, and follow their leader",)

    def _find(self, plan: Plan) -> Operator | None:
        if not self._operator:
            found = find_operator(plan, self.fetch)
            if found is None:
                return None
            self._operator.append(found)
        return self._operator[0]

    def _reached(
        self, plan: Plan, database: PlannedDatabase
    ) -> tuple[PlannedDatabase, Operator, States]:
        operator, placed = self._find(plan), _placed(plan, database)
        if operator is None:
            raise RoleError(
                f"{database.name}: there is no operator to ask as: deploy the stack, or let "
                f"{FOLDER} name the folder with ca.crt, operator.crt, operator.key and "
                "rest-password"
            )
        states = self._states(placed, operator)
        if not any(states.values()):
            where = ", ".join(f"{m.address}:{m.rest_port}" for m in placed.members)
            raise RoleError(
                f"{database.name}: no member answers at {where}: run this where the sites' "
                f"networks are reached, or let {PROXY} name a proxy that does"
            )
        return placed, operator, states

    def _states(self, database: PlannedDatabase, operator: Operator) -> States:
        with ThreadPoolExecutor(max_workers=8) as pool:
            asked = [
                pool.submit(self._ask, member, operator, "GET", "/patroni")
                for member in database.members
            ]
            answers = [one.result() for one in asked]
        found: dict[str, Mapping[str, Any] | None] = {}
        for member, answer in zip(database.members, answers, strict=True):
            try:
                read: object = json.loads(answer[1]) if answer else None
            except ValueError:
                read = None
            found[member.site] = cast(dict[str, Any], read) if isinstance(read, dict) else None
        return found

    def _command(
        self,
        database: PlannedDatabase,
        operator: Operator,
        site: str,
        path: str,
        body: Mapping[str, Any],
    ) -> None:
        """Have a command taken; what refuses it for a moment only is asked again."""
        member = next(m for m in database.members if m.site == site)
        deadline = monotonic() + COMMAND_S
        while True:
            answer = self._ask(member, operator, "POST", path, body)
            if answer is None:
                raise RoleError(f"{database.name}: {site} does not answer to {path}")
            if answer[0] < 300:
                return
            said = answer[1].strip()
            if NO_STORE in said:
                raise RoleError(
                    f"{database.name}: {path} was refused at {site}: {said}: its store has lost "
                    "the majority of its voices. Bring them back, or follow the runbook of the "
                    f"scenario on the machine of {site}: it makes that voice a store of its own"
                )
            if answer[0] not in BUSY or monotonic() >= deadline:
                raise RoleError(f"{database.name}: {path} was refused at {site}: {said}")
            sleep(OFFLINE_EVERY_S if is_offline() else EVERY_S)

    def _await_leader(self, database: PlannedDatabase, operator: Operator, site: str) -> None:
        def leads() -> bool:
            return roles_of(database, self._states(database, operator)).leader == site

        until(leads, f"{database.name} led by {site}", LEADS_S)

    def _ask(
        self,
        member: PlannedMember,
        operator: Operator,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
    ) -> tuple[int, str] | None:
        """Status and text of a member's answer; None when there is none."""
        timeout = OFFLINE_READ_S if is_offline() else READ_S
        if body is not None:
            timeout = 30.0
        headers = {"Content-Type": "application/json", **(operator.login() if body else {})}
        opened = connection(self.stack, member.address, member.rest_port, operator, timeout)
        try:
            opened.request(method, path, json.dumps(body) if body else None, headers)
            answer = opened.getresponse()
            return answer.status, answer.read().decode(errors="replace")
        except (OSError, http.client.HTTPException):
            return None
        finally:
            opened.close()


def _placed(plan: Plan, database: PlannedDatabase) -> PlannedDatabase:
    """The database with the addresses that its machines have: their cloud's, not the lab's."""
    own = tuple(entry for entry in plan.databases if entry.service == SERVICE)
    placed = readdress(replace(plan, databases=own))
    return next(entry for entry in placed.databases if entry.name == database.name)


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
