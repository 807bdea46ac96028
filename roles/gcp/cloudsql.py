"""Roles of Cloud SQL: a regional instance leads, a named replica in another region follows it."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from tricenter.roles.gcp.asking import Instances
from tricenter.roles.gcp.instances import (
    PRIMARY,
    STOPPED,
    followed_by,
    holds,
    is_stopped,
    running_primaries,
    site_of,
)
from tricenter.roles.gcp.lag import METRICS, Lag, loss_of
from tricenter.roles.gcp.old_leader import await_return, bring_back, follows, old_leaders
from tricenter.roles.gcp.rest import Google
from tricenter.roles.interface import DatabaseRoles, Health, Loss, MemberRole, RoleError
from tricenter.roles.services import part, until
from tricenter.topology.cloudsql_settings import leader_settings
from tricenter.topology.managed_instances import ManagedInstance, instance_of, managed_instances
from tricenter.topology.plan import Plan, PlannedDatabase

RUNNING = "RUNNABLE"
STOP_S = 60.0
"""Seconds to wait for the end of a stop: a lost region will not answer."""


class CloudSql:
    """Cloud SQL databases of a stack."""

    def __init__(self, stack: str, google: Google) -> None:
        self.ask = Instances(stack, google)

    def observe(self, plan: Plan, database: PlannedDatabase) -> DatabaseRoles | None:
        """Who leads: the one primary instance, at the site in whose zone it runs."""
        seen = self.ask.look(plan, database)
        if seen is None:
            return None
        instances = managed_instances(plan, database)
        leading = self.ask.leading(instances, seen)
        leader = site_of(plan, database, leading, seen[leading.site]) if leading else None
        members = [
            self._member(
                instance, site, seen.get(instance.site), leader, leading.sites if leading else ()
            )
            for instance in instances
            for site in instance.sites
        ]
        several = running_primaries(instances, seen) if leader is None else ()
        contested = tuple(site_of(plan, database, i, seen[i.site]) for i in several)
        return DatabaseRoles(
            database=database.name,
            leader=leader,
            members=tuple(members),
            contested=contested if len(contested) > 1 else (),
        )

    def expected_loss(self, plan: Plan, database: PlannedDatabase, to: str) -> Loss:
        """Nothing within the leader's region, whose second zone has each commit; else the lag."""
        instances = managed_instances(plan, database)
        target = instance_of(instances, to)
        if self.ask.leading_now(plan, database, instances) == target:
            why = f"the second zone of {target.region} has each commit before the client is told"
            return Loss(seconds=0.0, transactions=0, source=why)
        said = f"{' and '.join(METRICS)} say together"
        return loss_of(self.ask.lag(target), self.ask.name_of(target), said)

    def switchover(self, plan: Plan, database: PlannedDatabase, to: str) -> None:
        """POST switchover at the replica; within the leader's region the other zone takes over."""
        instances = managed_instances(plan, database)
        target = instance_of(instances, to)
        leading = self.ask.leading_now(plan, database, instances)
        if leading is None:
            raise RoleError(f"{database.name} has no leader to take over from: use failover")
        if leading != target:
            self.ask.name_replica(leading, target)
            self.ask.do("POST", target, "/switchover", query={"dbTimeout": "600s"})
            self._await_leader(plan, database, instances, target)
            self._settle(plan, database, instances, target)
        self._move_zone(plan, target, to)

    def failover(self, plan: Plan, database: PlannedDatabase, to: str) -> None:
        """POST promoteReplica with failover, which moves the write endpoint; name the next replica.

        The old leader is not stopped: one that is stopped never comes back as a replica, which
        Cloud SQL does by itself once it is online. A replica that never was named for disasters,
        with a leader that can no longer do that, is promoted alone; the old leader is then stopped
        if it is reached, since nothing would make it follow.
        """
        instances = managed_instances(plan, database)
        target = instance_of(instances, to)
        leading = self.ask.leading_now(plan, database, instances)
        if leading != target:
            copy = self.ask.get(target)
            if copy.get("instanceType") != PRIMARY:
                old = followed_by(instances, copy, self.ask.name_of)
                pair = self._make_pair(old, target)
                query = {"failover": "true"} if pair else {}
                self.ask.do("POST", target, "/promoteReplica", query=query)
                self._await_leader(plan, database, instances, target, alone=True)
                if old and not pair:
                    self._stop(old)
            self._settle(plan, database, instances, target)
        self._move_zone(plan, target, to)
        await_return(self.ask, database, instances, target)

    def shut_out(self, plan: Plan, database: PlannedDatabase) -> tuple[str, ...]:
        """The sites of a leader from before a forced failover, which does not follow yet."""
        return tuple(site for i in self._old_leaders(plan, database) for site in i.sites)

    def let_in(self, plan: Plan, database: PlannedDatabase) -> tuple[str, ...]:
        """Have old leaders run, wait until they follow, name them for the next disaster."""
        instances = managed_instances(plan, database)
        back: list[str] = []
        for old in self._old_leaders(plan, database):
            leading = self.ask.leading_now(plan, database, instances)
            assert leading is not None  # noqa: S101 - else there is no old one
            bring_back(self.ask, database, old, leading)
            back += old.sites
        return tuple(back)

    def _old_leaders(self, plan: Plan, database: PlannedDatabase) -> tuple[ManagedInstance, ...]:
        instances = managed_instances(plan, database)
        seen = self.ask.look(plan, database) or {}
        return old_leaders(instances, seen, self.ask.leading(instances, seen))

    def prepare(self, plan: Plan, database: PlannedDatabase) -> tuple[str, ...]:
        """Name the replica that takes over in a disaster: Cloud SQL wants it to exist first."""
        instances = managed_instances(plan, database)
        leading = self.ask.leading_now(plan, database, instances)
        if leading is None:
            return ()
        return tuple(
            f"{database.name}: {self.ask.name_of(other)} is named for disaster recovery"
            for other in instances
            if other != leading
            and follows(self.ask, other, leading)
            and self.ask.name_replica(leading, other)
        )

    def _await_leader(
        self,
        plan: Plan,
        database: PlannedDatabase,
        instances: tuple[ManagedInstance, ...],
        target: ManagedInstance,
        *,
        alone: bool = False,
    ) -> None:
        """Wait until the target leads; `alone` also while an unreachable one says that it does."""

        def leads() -> bool:
            if alone:
                return self.ask.get(target).get("instanceType") == PRIMARY
            return self.ask.leading_now(plan, database, instances) == target

        until(leads, f"{database.name} led by {self.ask.name_of(target)}")

    def _settle(
        self,
        plan: Plan,
        database: PlannedDatabase,
        instances: tuple[ManagedInstance, ...],
        target: ManagedInstance,
    ) -> None:
        """Give the new leader what only a leader has, and name the replica that is next."""
        wanted = leader_settings(plan, database, instances, target.site)
        now: Mapping[str, Any] = part(self.ask.get(target), "settings")
        if not holds(now, wanted):
            self.ask.do("PATCH", target, body={"settings": wanted})
        for other in instances:
            if other != target and follows(self.ask, other, target):
                self.ask.name_replica(target, other)

    def _make_pair(self, leading: ManagedInstance | None, replica: ManagedInstance) -> bool:
        """Whether the replica is named for disasters, named only now if its leader can be asked."""
        if part(self.ask.get(replica), "replicationCluster").get("drReplica"):
            return True
        if leading is None:
            return False
        try:
            self.ask.name_replica(leading, replica)
        except RoleError:
            return False
        return True

    def _stop(self, instance: ManagedInstance) -> None:
        """Stop an old leader that nothing will make follow, within a minute, if it is reached."""
        body = {"settings": {"activationPolicy": STOPPED}}
        with suppress(RoleError):
            self.ask.do("PATCH", instance, body=body, patience=STOP_S)

    def _move_zone(self, plan: Plan, instance: ManagedInstance, to: str) -> None:
        """Have the instance run in a site's zone: its standby takes over, nothing is lost."""
        place = plan.host(to).place
        zone = place.zone if place else None
        now = self.ask.get(instance)
        if len(instance.sites) == 1 or now.get("gceZone") in {None, zone}:
            return
        version = part(now, "settings").get("settingsVersion")
        context = {"kind": "sql#failoverContext", "settingsVersion": version}
        self.ask.do("POST", instance, "/failover", body={"failoverContext": context})
        until(
            lambda: self.ask.get(instance).get("gceZone") == zone,
            f"{self.ask.name_of(instance)} in {zone}",
        )

    def _member(
        self,
        instance: ManagedInstance,
        site: str,
        seen: Mapping[str, Any] | None,
        leader: str | None,
        beside: tuple[str, ...],
    ) -> MemberRole:
        """One site's copy; `beside` are the sites of the instance that leads."""
        if seen is None:
            return MemberRole(site=site, health="unknown")
        if site == leader:
            return MemberRole(site=site, health="leads", lag_s=0.0)
        if seen.get("instanceType") == PRIMARY and site not in beside:
            # A leader from before: stopped, or not made to follow yet.
            return MemberRole(site=site, health="gone")
        health: Health = "follows" if seen.get("state") == RUNNING else "lags"
        if is_stopped(seen):
            health = "gone"
        # The second zone of the leader's own instance has each commit.
        lag = self.ask.lag(instance) if site not in beside else Lag(0.0, 0.0)
        return MemberRole(site=site, health=health, lag_s=lag and lag.worst_s)
