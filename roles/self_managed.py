"""Roles of databases of our own on a cloud's machines: Patroni's REST interface, with mutual TLS.

It listens inside the sites' networks only, so a verb has to run where these are reached or be told
a way in, and needs the operator's certificate and password.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tricenter.lab.drift import drift, repair
from tricenter.lab.unwell import Unwell
from tricenter.roles import members_return
from tricenter.roles.interface import (
    DatabaseRoles,
    Health,
    Loss,
    MemberRole,
    Return,
    RoleError,
    Say,
)
from tricenter.roles.members_unwell import Seen, find, not_asked
from tricenter.roles.operators import FOLDER, PROXY, Fetch, Operator, find_operator, has_way_in
from tricenter.roles.patroni_members import Members, States
from tricenter.roles.services import part, until
from tricenter.topology.addresses import own_plan
from tricenter.topology.machine_program import settings
from tricenter.topology.plan import Plan, PlannedDatabase

SERVICE = "self-managed"
LEADS_S, BOOT_S = 120.0, 900.0
LEADS = frozenset({"primary", "master", "promoted"})


@dataclass(frozen=True, slots=True)
class SelfManaged:
    """Databases under Patroni of a stack; `fetch` reads the operator's secret from the cloud."""

    stack: str
    fetch: Fetch | None = None
    _operator: list[Operator] = field(default_factory=list[Operator])

    def observe(self, plan: Plan, database: PlannedDatabase) -> DatabaseRoles | None:
        """Who leads, as the members say; None where none of them can be asked from here."""
        members = self._members(plan, database)
        states: States = members.states() if members else {}
        return roles_of(members.database, states) if members and any(states.values()) else None

    def unwell(self, plan: Plan, database: PlannedDatabase) -> tuple[Unwell, ...]:
        """What is wrong with a database at this moment, by all that its members say."""
        members = self._members(plan, database)
        states: States = members.states() if members else {}
        if members is None or not any(states.values()):
            return (not_asked(database.name, PROXY),)
        seen = Seen(
            states=states,
            wanted=settings(own_plan(plan), members.database),
            config=members.shared("/config"),
            cluster=members.shared("/cluster"),
        )
        roles = roles_of(members.database, states)
        return tuple(find(members.database, roles, seen))

    def expected_loss(self, plan: Plan, database: PlannedDatabase, to: str) -> Loss:
        """Nothing where the leader answers and the site has its whole log; else unknown."""
        members, states = self._reached(plan, database)
        roles = roles_of(members.database, states)
        lag = next((m.lag_bytes for m in roles.members if m.site == to), None)
        if roles.leader is not None and lag == 0:
            why = f"{to} has the whole log of {roles.leader}, which answers"
            return Loss(seconds=0.0, transactions=0, source=why)
        why = "no leader answers" if roles.leader is None else f"{to} lacks {lag} bytes of the log"
        return Loss(seconds=None, transactions=None, source=why)

    def switchover(self, plan: Plan, database: PlannedDatabase, to: str) -> None:
        """POST /switchover at the leader."""
        members, states = self._reached(plan, database)
        leader = roles_of(members.database, states).leader
        if leader is None:
            raise RoleError(f"{database.name} has no leader to take over from: use failover")
        if leader != to:
            members.command(leader, "/switchover", {"leader": leader, "candidate": to})
        _await_leader(members, to)

    def failover(self, plan: Plan, database: PlannedDatabase, to: str) -> None:
        """POST /failover at the site; the store must have its majority, else see the runbook."""
        members, states = self._reached(plan, database)
        if roles_of(members.database, states).leader != to:
            members.command(to, "/failover", {"candidate": to})
        _await_leader(members, to)

    def prepare(self, plan: Plan, database: PlannedDatabase) -> tuple[str, ...]:
        """Wait for new machines to become sites, where somebody has named a way to them.

        Members that are there are brought to the spec's settings at once: their machines do it
        by themselves some minutes later.
        """
        members = self._members(plan, database)
        if members is None or not has_way_in():
            return ()

        def all_follow() -> bool:
            roles = roles_of(members.database, members.states())
            followed = all(member.health in {"leads", "follows"} for member in roles.members)
            return roles.leader is not None and followed

        done = self._settle(plan, members)
        if all_follow():
            return done
        until(all_follow, f"{database.name} led, and followed by its other sites", BOOT_S)
        said = f"{database.name}: its machines have become sites, and follow their leader"
        return (*done, said, *self._settle(plan, members))

    def returning(self, plan: Plan, database: PlannedDatabase, site: str, *, anew: bool) -> Return:
        """How a site's copy comes back, by what the members say."""
        members, states = self._reached(plan, database)
        leader = roles_of(members.database, states).leader
        return members_return.returning(members, leader, site, anew=anew)

    def rejoin(self, plan: Plan, database: PlannedDatabase, copy: Return, say: Say) -> None:
        """Wait for it while it gets on, else POST /reinitialize at the member."""
        members, _ = self._reached(plan, database)

        def leader() -> str | None:
            return roles_of(members.database, members.states()).leader

        members_return.rejoin(members, leader, copy, say)

    def _settle(self, plan: Plan, members: Members) -> tuple[str, ...]:
        """Bring what the members share to the spec, where any of them says what it is."""
        found = members.shared("/config")
        if found is None:
            return ()
        left = drift(settings(own_plan(plan), members.database), found)
        if not left:
            return ()
        states = members.states()
        leader = roles_of(members.database, states).leader
        site = leader or next(site for site, said in states.items() if said)
        members.command(site, "/config", repair(left), method="PATCH")
        said = ", ".join(map(str, left))
        return (f"{members.database.name}: settings brought to the spec: {said}",)

    def _members(self, plan: Plan, database: PlannedDatabase) -> Members | None:
        """The members of a database; None where nobody is there to ask as."""
        if not self._operator:
            found = find_operator(plan, self.fetch)
            if found is None:
                return None
            self._operator.append(found)
        placed = next(d for d in own_plan(plan).databases if d.name == database.name)
        return Members(stack=self.stack, operator=self._operator[0], database=placed)

    def _reached(self, plan: Plan, database: PlannedDatabase) -> tuple[Members, States]:
        members = self._members(plan, database)
        if members is None:
            raise RoleError(
                f"{database.name}: there is no operator to ask as: deploy the stack, or let "
                f"{FOLDER} name the folder with ca.crt, operator.crt, operator.key and "
                "rest-password"
            )
        states = members.states()
        if not any(states.values()):
            where = ", ".join(f"{m.address}:{m.rest_port}" for m in members.database.members)
            raise RoleError(
                f"{database.name}: no member answers at {where}: run this where the sites' "
                f"networks are reached, or let {PROXY} name a proxy that does"
            )
        return members, states


def _await_leader(members: Members, site: str) -> None:
    def leads() -> bool:
        return roles_of(members.database, members.states()).leader == site

    until(leads, f"{members.database.name} led by {site}", LEADS_S)


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
