"""Roles of Cloud SQL: a regional instance leads, a named replica in another region follows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tricenter.roles.gcp.instances import (
    PRIMARY,
    RUNS,
    STOPPED,
    Seen,
    followed_by,
    holds,
    leading_of,
    site_of,
)
from tricenter.roles.gcp.rest import Google
from tricenter.roles.interface import DatabaseRoles, Health, Loss, MemberRole, RoleError
from tricenter.roles.seen import NotThere, Silent, look_at
from tricenter.roles.services import part, until
from tricenter.topology.cloudsql_settings import leader_settings
from tricenter.topology.gcp_names import gcp_name
from tricenter.topology.managed_instances import ManagedInstance, instance_of, managed_instances
from tricenter.topology.plan import Plan, PlannedDatabase

RUNNING = "RUNNABLE"
LAG = "cloudsql.googleapis.com/database/replication/replica_lag"
"""Seconds, sampled each minute and shown up to 165 s later (checked 2026-11-24).

https://cloud.google.com/sql/docs/postgres/admin-api/metrics
"""
LAG_AGE = timedelta(hours=1)
FENCE_S = 60.0
"""A lost region will not answer: fencing must not hold up the promotion longer."""


@dataclass(frozen=True, slots=True)
class CloudSql:
    """Cloud SQL databases of a stack."""

    stack: str
    google: Google

    def observe(self, plan: Plan, database: PlannedDatabase) -> DatabaseRoles | None:
        """Who leads: the one primary instance, at the site in whose zone it runs."""
        seen = self._look(plan, database)
        if seen is None:
            return None
        instances = managed_instances(plan, database)
        leading = leading_of(instances, seen)
        leader = site_of(plan, database, leading, seen[leading.site]) if leading else None
        members = [
            self._member(instance, site, seen.get(instance.site), leader)
            for instance in instances
            for site in instance.sites
        ]
        return DatabaseRoles(database=database.name, leader=leader, members=tuple(members))

    def expected_loss(self, plan: Plan, database: PlannedDatabase, to: str) -> Loss:
        """Nothing within the leader's region, whose second zone has each commit; else the lag."""
        instances = managed_instances(plan, database)
        target = instance_of(instances, to)
        if leading_of(instances, self._look(plan, database) or {}) == target:
            why = f"the second zone of {target.region} has each commit before the client is told"
            return Loss(seconds=0.0, transactions=0, source=why)
        lag = self._lag(target)
        if lag is None:
            why = f"Monitoring knows no lag of {self._name(target)} within the last hour"
            return Loss(seconds=None, transactions=None, source=why)
        why = f"{LAG}, its newest value, which is minutes old at times"
        return Loss(seconds=lag, transactions=None, source=why)

    def switchover(self, plan: Plan, database: PlannedDatabase, to: str) -> None:
        """POST switchover at the replica; within the leader's region the other zone takes over."""
        instances = managed_instances(plan, database)
        target = instance_of(instances, to)
        leading = self._leading_now(plan, database, instances)
        if leading is None:
            raise RoleError(f"{database.name} has no leader to take over from: use failover")
        if leading != target:
            self._name_replica(leading, target)
            self._do("POST", target, "/switchover", query={"dbTimeout": "600s"})
            self._await_leader(plan, database, instances, target)
            self._settle(plan, database, instances, target)
        self._move_zone(plan, target, to)

    def failover(self, plan: Plan, database: PlannedDatabase, to: str) -> None:
        """Fence the old leader, POST promoteReplica with failover, name the next replica.

        The old leader comes back as a replica. A replica that never was named for disasters, with
        a leader that can no longer do that, is promoted alone, and the old leader stays stopped.
        """
        instances = managed_instances(plan, database)
        target = instance_of(instances, to)
        leading = self._leading_now(plan, database, instances)
        if leading != target:
            follows = self._get(target)
            if follows.get("instanceType") != PRIMARY:
                old = followed_by(instances, follows, self._name)
                pair = self._make_pair(old, target)
                fenced = self._fence(old) if old else False
                query = {"failover": "true"} if pair else {}
                self._do("POST", target, "/promoteReplica", query=query)
                self._await_leader(plan, database, instances, target, alone=True)
                if old and fenced and pair:
                    self._let_in(old)
            self._settle(plan, database, instances, target)
        self._move_zone(plan, target, to)

    def prepare(self, plan: Plan, database: PlannedDatabase) -> tuple[str, ...]:
        """Name the replica that takes over in a disaster: Cloud SQL wants it to exist first."""
        instances = managed_instances(plan, database)
        leading = self._leading_now(plan, database, instances)
        if leading is None:
            return ()
        others = [instance for instance in instances if instance != leading]
        if len(others) != 1 or not self._name_replica(leading, others[0]):
            return ()
        return (f"{database.name}: {self._name(others[0])} is named for disaster recovery",)

    def _name(self, instance: ManagedInstance) -> str:
        return gcp_name(self.stack, instance.site, instance.database)

    def _place(self, instance: ManagedInstance) -> str:
        project = self.google.project(instance.owner)
        return f"projects/{project}/instances/{self._name(instance)}"

    def _get(self, instance: ManagedInstance) -> dict[str, Any]:
        return self.google.get("SQL", self._place(instance))

    def _do(
        self,
        method: str,
        instance: ManagedInstance,
        verb: str = "",
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, str] | None = None,
        patience: float = 3600.0,
    ) -> None:
        """A change of an instance, and the wait for its operation."""
        path = f"{self._place(instance)}{verb}"
        operation = self.google.change(method, "SQL", path, body, query)
        project = self.google.project(instance.owner)
        self.google.wait("SQL", f"projects/{project}/operations/{operation['name']}", patience)

    def _look(self, plan: Plan, database: PlannedDatabase) -> Seen | None:
        instances = {i.site: i for i in managed_instances(plan, database)}
        return look_at(instances, lambda site: self._get(instances[site]), database.name)

    def _leading_now(
        self, plan: Plan, database: PlannedDatabase, instances: tuple[ManagedInstance, ...]
    ) -> ManagedInstance | None:
        return leading_of(instances, self._look(plan, database) or {})

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
                return self._get(target).get("instanceType") == PRIMARY
            return self._leading_now(plan, database, instances) == target

        until(leads, f"{database.name} led by {self._name(target)}")

    def _settle(
        self,
        plan: Plan,
        database: PlannedDatabase,
        instances: tuple[ManagedInstance, ...],
        target: ManagedInstance,
    ) -> None:
        """Give the new leader what only a leader has, and name the replica that is next."""
        wanted = leader_settings(plan, database, instances, target.site)
        now: Mapping[str, Any] = part(self._get(target), "settings")
        if not holds(now, wanted):
            self._do("PATCH", target, body={"settings": wanted})
        for other in (instance for instance in instances if instance != target):
            try:
                follows = followed_by(instances, self._get(other), self._name) == target
            except (NotThere, Silent):
                continue
            if follows:
                self._name_replica(target, other)

    def _name_replica(self, leading: ManagedInstance, replica: ManagedInstance) -> bool:
        """Have the leader name its replica for disasters; whether that was still to be done."""
        wanted = f"{self.google.project(replica.owner)}:{self._name(replica)}"
        cluster = part(self._get(leading), "replicationCluster")
        named = str(cluster.get("failoverDrReplicaName") or "")
        if named in {wanted, self._name(replica)}:
            return False
        body = {"replicationCluster": {"failoverDrReplicaName": wanted}}
        self._do("PATCH", leading, body=body)
        return True

    def _make_pair(self, leading: ManagedInstance | None, replica: ManagedInstance) -> bool:
        """Whether the replica is named for disasters, named only now if its leader can be asked."""
        if part(self._get(replica), "replicationCluster").get("drReplica"):
            return True
        if leading is None:
            return False
        try:
            self._name_replica(leading, replica)
        except RoleError:
            return False
        return True

    def _fence(self, instance: ManagedInstance) -> bool:
        """Stop the old leader, within a minute; whether it was reached."""
        body = {"settings": {"activationPolicy": STOPPED}}
        try:
            self._do("PATCH", instance, body=body, patience=FENCE_S)
        except RoleError:
            return False
        return True

    def _let_in(self, instance: ManagedInstance) -> None:
        """Start a fenced instance again, which by now only follows; later if it is not reached."""
        try:
            if self._get(instance).get("instanceType") != PRIMARY:
                self._do("PATCH", instance, body={"settings": {"activationPolicy": RUNS}})
        except (NotThere, Silent):
            return

    def _move_zone(self, plan: Plan, instance: ManagedInstance, to: str) -> None:
        """Have the instance run in a site's zone: its standby takes over, nothing is lost."""
        place = plan.host(to).place
        zone = place.zone if place else None
        now = self._get(instance)
        if len(instance.sites) == 1 or now.get("gceZone") in {None, zone}:
            return
        version = part(now, "settings").get("settingsVersion")
        context = {"kind": "sql#failoverContext", "settingsVersion": version}
        self._do("POST", instance, "/failover", body={"failoverContext": context})
        until(
            lambda: self._get(instance).get("gceZone") == zone, f"{self._name(instance)} in {zone}"
        )

    def _member(
        self,
        instance: ManagedInstance,
        site: str,
        seen: Mapping[str, Any] | None,
        leader: str | None,
    ) -> MemberRole:
        if seen is None:
            return MemberRole(site=site, health="unknown")
        if site == leader:
            return MemberRole(site=site, health="leads", lag_s=0.0)
        policy = part(seen, "settings").get("activationPolicy", RUNS)
        health: Health = "follows" if seen.get("state") == RUNNING else "lags"
        if policy == STOPPED:
            health = "gone"
        # The second zone of the leader's own instance has each commit.
        inside = seen.get("instanceType") == PRIMARY
        return MemberRole(site=site, health=health, lag_s=0.0 if inside else self._lag(instance))

    def _lag(self, instance: ManagedInstance) -> float | None:
        """The newest lag that Monitoring knows, in seconds; None when it knows none."""
        project, now = self.google.project(instance.owner), datetime.now(UTC)
        chosen = f'metric.type="{LAG}" AND resource.labels.database_id='
        query = {
            "filter": f'{chosen}"{project}:{self._name(instance)}"',
            "interval.startTime": (now - LAG_AGE).isoformat(timespec="seconds"),
            "interval.endTime": now.isoformat(timespec="seconds"),
        }
        try:
            found = self.google.get("MONITORING", f"v3/projects/{project}/timeSeries", **query)
            value: Mapping[str, Any] = found["timeSeries"][0]["points"][0]["value"]
        except (RoleError, LookupError):
            return None
        number = value.get("doubleValue", value.get("int64Value"))
        return None if number is None else float(number)
