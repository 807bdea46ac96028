"""Roles on the lab, through Patroni; a store without a majority is made anew when forced."""

from collections.abc import Mapping
from dataclasses import dataclass

from tricenter.lab import patroni
from tricenter.lab.at_once import at_once
from tricenter.lab.errors import LabError, NotFollowed
from tricenter.lab.patroni import MemberState
from tricenter.lab.stack import Stack
from tricenter.roles.interface import (
    DatabaseRoles,
    Health,
    Loss,
    MemberRole,
    Return,
    RoleError,
    Say,
    Unfollowed,
    planned,
)
from tricenter.roles.lab import fence, rejoin, store
from tricenter.roles.lab.lag import flush_lags
from tricenter.roles.lab.last_commit import last_commit_ago
from tricenter.roles.lab.loss import Evidence, expected_loss
from tricenter.roles.lab.remembered import remembered
from tricenter.topology.plan import Plan, PlannedDatabase

BUSY_S = 20.0
"""How long to wait for another verb on the same stack."""


def open_roles(stack: str) -> "LabRoles":
    """The roles of the lab stack of this id."""
    return LabRoles(Stack(stack))


@dataclass(frozen=True, slots=True)
class LabRoles:
    """The databases of one lab stack, through Patroni's REST interface in each site."""

    stack: Stack

    def observe(self, plan: Plan) -> Mapping[str, DatabaseRoles]:
        """Who leads and how far the others are, as the members say; {} without a lab."""
        if not self.stack.exists:
            return {}
        found = at_once(self._database, plan.databases)
        return {roles.database: roles for roles in found}

    def expected_loss(self, plan: Plan, database: str, to: str) -> Loss:
        """What a forced promotion of `to` may lose now, from the members' own positions."""
        found = planned(plan, database, to)
        return expected_loss(self._evidence(plan, found, to), to)

    def switchover(self, plan: Plan, database: str, to: str) -> None:
        """Hand over through Patroni's POST /switchover; nothing is lost."""
        planned(plan, database, to)
        try:
            with self.stack.locked("switchover", wait=BUSY_S):
                store.prepare(self.stack, plan)
                patroni.switchover(self.stack, plan, database, to)
        except NotFollowed as error:
            raise Unfollowed(str(error)) from None
        except LabError as error:
            raise RoleError(str(error)) from None

    def failover(self, plan: Plan, database: str, to: str) -> None:
        """Promote through POST /failover; without a majority of the store it is made anew first.

        Whatever host of the store cannot be heard is fenced before: it stays cut off until
        `readmit`, since its voices could otherwise elect a second leader when they return.
        """
        found = planned(plan, database, to)
        try:
            with self.stack.locked("failover", wait=BUSY_S):
                store.prepare(self.stack, plan, starts=(to,))
                # With a store again each promotes that has its lease: all, before there is one.
                for member in (m for d in plan.databases for m in d.members if m.site == to):
                    rejoin.stop_fetching(self.stack, member)
                if not store.has_majority(self.stack, plan, to):
                    store.refuse_if_heard(self.stack, plan, to)
                    fence.fence_the_lost(self.stack, plan, to)
                    store.make_anew(self.stack, plan, to)
                store.forget_leader(self.stack, plan, found, to)
                patroni.failover(self.stack, plan, database, to)
        except LabError as error:
            raise RoleError(str(error)) from None

    def fenced(self, plan: Plan) -> tuple[str, ...]:
        """The hosts that a forced failover has fenced and nobody has let back in yet."""
        del plan
        return fence.fenced(self.stack)

    def readmit(self, plan: Plan) -> tuple[str, ...]:
        """Let fenced hosts back in, one voice after the other; returns once all members follow."""
        hosts = fence.fenced(self.stack)
        if not hosts:
            return ()
        try:
            if gone := fence.blank(self.stack):
                raise LabError(f"{', '.join(gone)} lost the disk: `tricenter up` makes it anew")
            with self.stack.locked("failback", wait=BUSY_S):
                free = (host.name for host in plan.hosts if host.name not in hosts)
                store.prepare(self.stack, plan, starts=free)
                store.await_majority(self.stack, plan)
                for host in hosts:
                    store.readmit(self.stack, plan, host, fence.lift)
                patroni.await_settled(self.stack, plan)
        except LabError as error:
            raise RoleError(str(error)) from None
        return hosts

    def prepare(self, plan: Plan) -> tuple[str, ...]:
        """Nothing: Patroni is ready as it was deployed."""
        del plan
        return ()

    def returns(self, plan: Plan, site: str, *, anew: bool = False) -> tuple[Return, ...]:
        """How each copy of a site comes back, by what it says and what its log says."""
        try:
            return rejoin.returns(self.stack, plan, site, anew=anew)
        except LabError as error:
            raise RoleError(str(error)) from None

    def rejoin(self, plan: Plan, copy: Return, say: Say) -> None:
        """Restore from the archive, else copy anew through Patroni's POST /reinitialize."""
        try:
            with self.stack.locked("rejoin", wait=BUSY_S):
                rejoin.rejoin(self.stack, plan, copy, say)
        except LabError as error:
            raise RoleError(str(error)) from None

    def _database(self, database: PlannedDatabase) -> DatabaseRoles:
        states = patroni.member_states(self.stack, database)
        leads = patroni.leader(self.stack, database)
        ahead = states[leads] if leads else None
        behind = flush_lags(self.stack, database, leads) if leads else {}
        return DatabaseRoles(
            database=database.name,
            leader=leads,
            members=tuple(
                _member(site, state, leads, ahead, behind.get(site))
                for site, state in states.items()
            ),
        )

    def _evidence(self, plan: Plan, database: PlannedDatabase, to: str) -> Evidence:
        roles = self._database(database)
        states = patroni.member_states(self.stack, database)
        unled = roles.leader is None
        return Evidence(
            leader=roles.leader,
            positions={site: s.received for site, s in states.items() if s is not None},
            lags={m.site: m.lag_s for m in roles.members if m.lag_s is not None},
            replayed={site: s.replayed_ago for site, s in states.items() if s is not None},
            agreed=store.agreed(self.stack, plan, database),
            loop_wait=plan.timing.loop_wait,
            remembered=remembered(self.stack, plan, database, to) if unled else None,
            timelines={site: s.timeline for site, s in states.items() if s is not None},
            committed=last_commit_ago(self.stack, database, to) if unled else None,
        )


def _member(
    site: str,
    state: MemberState | None,
    leads: str | None,
    ahead: MemberState | None,
    behind: float | None,
) -> MemberRole:
    if state is None:
        return MemberRole(site=site, health="gone")
    if site == leads:
        return MemberRole(site=site, health="leads", lag_s=0.0, lag_bytes=0)
    lag = None
    if ahead is not None and ahead.position is not None and state.received is not None:
        # The two were asked one after the other, so a replica may seem to be ahead.
        lag = max(0, ahead.position - state.received)
    health: Health = "follows" if patroni.is_settled(state) and not state.leads else "lags"
    if leads is None:
        health = "unknown"
    return MemberRole(
        site=site,
        health=health,
        # PostgreSQL says no time for a standby that has had everything for a while.
        lag_s=behind if behind is not None else 0.0 if lag == 0 else None,
        lag_bytes=lag,
    )
