"""Roles of AlloyDB: a primary cluster leads, a secondary one in another region follows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tricenter.roles.gcp.rest import Google
from tricenter.roles.interface import DatabaseRoles, Health, Loss, MemberRole, RoleError
from tricenter.roles.seen import look_at, only
from tricenter.roles.services import until
from tricenter.topology.gcp_names import gcp_name
from tricenter.topology.managed_instances import ManagedInstance, instance_of, managed_instances
from tricenter.topology.plan import Plan, PlannedDatabase

PRIMARY, READY = "PRIMARY", "READY"

Seen = Mapping[str, Mapping[str, Any] | None]
"""What Google says of each cluster, by its site; None for one that is silent."""


@dataclass(frozen=True, slots=True)
class AlloyDb:
    """AlloyDB databases of a stack. Which zone of a region writes, the service does not say."""

    stack: str
    google: Google

    def observe(self, plan: Plan, database: PlannedDatabase) -> DatabaseRoles | None:
        """Who leads: the preferred, else the first site of the one primary cluster's region."""
        seen = self._look(plan, database)
        if seen is None:
            return None
        instances = managed_instances(plan, database)
        leading = _leading(instances, seen)
        leader = _site_of(database, leading) if leading else None
        members = [
            MemberRole(
                site=site,
                health=_health(seen.get(instance.site), leads=site == leader),
                lag_s=0.0 if instance == leading else None,
            )
            for instance in instances
            for site in instance.sites
        ]
        return DatabaseRoles(database=database.name, leader=leader, members=tuple(members))

    def expected_loss(self, plan: Plan, database: PlannedDatabase, to: str) -> Loss:
        """Nothing within the leader's region; elsewhere unknown, as the service tells no time."""
        instances = managed_instances(plan, database)
        target = instance_of(instances, to)
        if _leading(instances, self._look(plan, database) or {}) == target:
            why = f"the storage of {target.region} is one, in several zones"
            return Loss(seconds=0.0, transactions=0, source=why)
        why = "AlloyDB tells no lag in seconds of a secondary cluster"
        return Loss(seconds=None, transactions=None, source=why)

    def switchover(self, plan: Plan, database: PlannedDatabase, to: str) -> None:
        """POST :switchover at the secondary cluster; RoleError within a region."""
        self._move(plan, database, to, "switchover")

    def failover(self, plan: Plan, database: PlannedDatabase, to: str) -> None:
        """POST :promote at the secondary cluster; the old leader stays a cluster of its own.

        It must be deleted and made anew as a secondary.
        """
        self._move(plan, database, to, "promote")

    def prepare(self, plan: Plan, database: PlannedDatabase) -> tuple[str, ...]:
        """Nothing: a secondary cluster is ready as it was made."""
        del plan, database
        return ()

    def _move(self, plan: Plan, database: PlannedDatabase, to: str, verb: str) -> None:
        instances = managed_instances(plan, database)
        target = instance_of(instances, to)
        seen = self._look(plan, database)
        if seen is None:
            raise RoleError(f"{database.name} is not deployed on Google Cloud")
        leading = _leading(instances, seen)
        if leading == target:
            if _site_of(database, target) != to:
                raise RoleError(
                    f"{database.name} is led in {target.region} already; AlloyDB chooses the zone "
                    "by itself, and moves when one is lost"
                )
            return
        place = self._place(target)
        operation = self.google.change("POST", "ALLOYDB", f"{place}:{verb}", {})
        self.google.wait("ALLOYDB", str(operation["name"]))

        def leads() -> bool:
            now = self._get(target)
            return now.get("clusterType") == PRIMARY and now.get("state") == READY

        until(leads, f"{database.name} led by {place}")

    def _place(self, instance: ManagedInstance) -> str:
        project = self.google.project(instance.owner)
        name = gcp_name(self.stack, instance.site, instance.database)
        return f"projects/{project}/locations/{instance.region}/clusters/{name}"

    def _get(self, instance: ManagedInstance) -> dict[str, Any]:
        return self.google.get("ALLOYDB", self._place(instance))

    def _look(self, plan: Plan, database: PlannedDatabase) -> Seen | None:
        instances = {i.site: i for i in managed_instances(plan, database)}
        return look_at(instances, lambda site: self._get(instances[site]), database.name)


def _leading(instances: tuple[ManagedInstance, ...], seen: Seen) -> ManagedInstance | None:
    """The one primary cluster; None for none, or two."""
    return only(i for i in instances if (seen.get(i.site) or {}).get("clusterType") == PRIMARY)


def _site_of(database: PlannedDatabase, instance: ManagedInstance) -> str:
    return database.prefer if database.prefer in instance.sites else instance.site


def _health(seen: Mapping[str, Any] | None, *, leads: bool) -> Health:
    if seen is None:
        return "unknown"
    if leads:
        return "leads"
    return "follows" if seen.get("state") == READY else "lags"
