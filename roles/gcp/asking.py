"""Cloud SQL's instances of a stack asked and changed, one at a time, by Google's REST interface."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tricenter.roles.gcp.instances import Seen, leading_of, led_since, running_primaries
from tricenter.roles.gcp.lag import Lag, lag_of
from tricenter.roles.gcp.rest import Google
from tricenter.roles.seen import look_at
from tricenter.roles.services import part
from tricenter.topology.gcp_names import gcp_name
from tricenter.topology.managed_instances import ManagedInstance, managed_instances
from tricenter.topology.plan import Plan, PlannedDatabase


@dataclass(frozen=True, slots=True)
class Instances:
    """The instances of a stack, as Cloud SQL knows them."""

    stack: str
    google: Google

    def name_of(self, instance: ManagedInstance) -> str:
        return gcp_name(self.stack, instance.site, instance.database)

    def _place(self, instance: ManagedInstance) -> str:
        project = self.google.project(instance.owner)
        return f"projects/{project}/instances/{self.name_of(instance)}"

    def get(self, instance: ManagedInstance) -> dict[str, Any]:
        return self.google.get("SQL", self._place(instance))

    def do(
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

    def look(self, plan: Plan, database: PlannedDatabase) -> Seen | None:
        instances = {i.site: i for i in managed_instances(plan, database)}
        return look_at(instances, lambda site: self.get(instances[site]), database.name)

    def leading_now(
        self, plan: Plan, database: PlannedDatabase, instances: tuple[ManagedInstance, ...]
    ) -> ManagedInstance | None:
        return self.leading(instances, self.look(plan, database) or {})

    def leading(self, instances: tuple[ManagedInstance, ...], seen: Seen) -> ManagedInstance | None:
        """Who leads by what was seen; of two the one that was made the leader last.

        Two say so from a forced failover until Cloud SQL has the old one follow. None for none, or
        where nothing tells which of two is right.
        """
        one = leading_of(instances, seen)
        several = running_primaries(instances, seen)
        if one is not None or len(several) < 2:
            return one
        since = {instance: self._since(instance) for instance in several}
        newest = max(since.values())
        found = [instance for instance, when in since.items() if when == newest]
        return found[0] if newest and len(found) == 1 else None

    def _since(self, instance: ManagedInstance) -> str:
        name, project = self.name_of(instance), self.google.project(instance.owner)
        found = self.google.get("SQL", f"projects/{project}/operations", instance=name)
        return led_since(found.get("items") or [], name)

    def lag(self, instance: ManagedInstance) -> Lag | None:
        """What Monitoring has seen of an instance."""
        return lag_of(self.google, self.google.project(instance.owner), self.name_of(instance))

    def name_replica(self, leading: ManagedInstance, replica: ManagedInstance) -> bool:
        """Have the leader name its replica for disasters; whether that was still to be done."""
        wanted = f"{self.google.project(replica.owner)}:{self.name_of(replica)}"
        cluster = part(self.get(leading), "replicationCluster")
        named = str(cluster.get("failoverDrReplicaName") or "")
        if named in {wanted, self.name_of(replica)}:
            return False
        body = {"replicationCluster": {"failoverDrReplicaName": wanted}}
        self.do("PATCH", leading, body=body)
        return True
