"""Roles of AlloyDB: a primary cluster leads, a secondary one in another region follows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tricenter.roles.gcp.alloydb_leader import settle
from tricenter.roles.gcp.lag import SECONDARY, loss_of, secondary_lag
from tricenter.roles.gcp.old_leader import OFFLINE_S, RETURN_S
from tricenter.roles.gcp.rest import Google
from tricenter.roles.interface import (
    DatabaseRoles,
    Health,
    Loss,
    MemberRole,
    RoleError,
    Unfollowed,
)
from tricenter.roles.seen import Silent, look_at
from tricenter.roles.services import is_offline, until
from tricenter.topology.gcp_names import gcp_name
from tricenter.topology.managed_instances import ManagedInstance, instance_of, managed_instances
from tricenter.topology.plan import Plan, PlannedDatabase

PRIMARY, READY = "PRIMARY", "READY"
CHANGES = frozenset({"promote", "switchover"})
"""Verbs of operations by which their target leads."""

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
        leading = self._leading(instances, seen)
        leader = _site_of(database, leading) if leading else None
        several = _primaries(instances, seen)
        members = [
            MemberRole(
                site=site,
                health=_health(
                    seen.get(instance.site), leads=site == leader, beside=instance == leading
                ),
                lag_s=0.0 if instance == leading else None,
            )
            for instance in instances
            for site in instance.sites
        ]
        contested = [_site_of(database, i) for i in several] if leader is None else []
        return DatabaseRoles(
            database=database.name,
            leader=leader,
            members=tuple(members),
            contested=tuple(contested) if len(contested) > 1 else (),
        )

    def expected_loss(self, plan: Plan, database: PlannedDatabase, to: str) -> Loss:
        """Nothing within the leader's region; elsewhere the lag that the leader measured of it."""
        instances = managed_instances(plan, database)
        target = instance_of(instances, to)
        if self._leading(instances, self._look(plan, database) or {}) == target:
            why = f"the storage of {target.region} is one, in several zones"
            return Loss(seconds=0.0, transactions=0, source=why)
        cluster = self._place(target).rpartition("/")[2]
        lag = secondary_lag(self.google, self.google.project(target.owner), cluster)
        return loss_of(lag, cluster, f"{SECONDARY} says")

    def switchover(self, plan: Plan, database: PlannedDatabase, to: str) -> None:
        """POST :switchover at the secondary cluster, and turn the leader's name to it.

        RoleError within a region.
        """
        _tell(self._move(plan, database, to, "switchover", {}))

    def failover(self, plan: Plan, database: PlannedDatabase, to: str) -> None:
        """POST :promote with failover at the secondary cluster, turn the leader's name to it, and
        wait for the old leader.

        Without `failover` there would be two primary clusters for good. With it AlloyDB makes the
        old one a secondary again once it is back; what is not online by then is shut out till then.
        """
        said = self._move(plan, database, to, "promote", {"failover": True})
        instances = managed_instances(plan, database)
        target = instance_of(instances, to)
        for old in self._old_leaders(plan, database):
            try:
                self._await_return(database, old, target)
            except RoleError as error:
                said.append(str(error))
        _tell(said)

    def shut_out(self, plan: Plan, database: PlannedDatabase) -> tuple[str, ...]:
        """The sites of a cluster that led before a forced failover, and does not follow yet."""
        return tuple(site for i in self._old_leaders(plan, database) for site in i.sites)

    def let_in(self, plan: Plan, database: PlannedDatabase) -> tuple[str, ...]:
        """Wait until old leaders follow, which AlloyDB has them do by itself."""
        instances = managed_instances(plan, database)
        back: list[str] = []
        for old in self._old_leaders(plan, database):
            leading = self._leading(instances, self._look(plan, database) or {})
            assert leading is not None  # noqa: S101 - else there is no old one
            self._await_return(database, old, leading)
            back += old.sites
        return tuple(back)

    def prepare(self, plan: Plan, database: PlannedDatabase) -> tuple[str, ...]:
        """Nothing: a secondary cluster is ready as it was made."""
        del plan, database
        return ()

    def _move(
        self, plan: Plan, database: PlannedDatabase, to: str, verb: str, body: Mapping[str, Any]
    ) -> list[str]:
        """Have a site lead, with what a leader has; what of that could not be done."""
        instances = managed_instances(plan, database)
        target = instance_of(instances, to)
        seen = self._look(plan, database)
        if seen is None:
            raise RoleError(f"{database.name} is not deployed on Google Cloud")
        leading = self._leading(instances, seen)
        if leading == target:
            if _site_of(database, target) != to:
                raise RoleError(
                    f"{database.name} is led in {target.region} already; AlloyDB chooses the zone "
                    "by itself, and moves when one is lost"
                )
            return self._settle(plan, database, target)
        place = self._place(target)
        operation = self.google.change("POST", "ALLOYDB", f"{place}:{verb}", body)
        self.google.wait("ALLOYDB", str(operation["name"]))

        def leads() -> bool:
            now = self._get(target)
            return now.get("clusterType") == PRIMARY and now.get("state") == READY

        until(leads, f"{database.name} led by {place}")
        return self._settle(plan, database, target)

    def _settle(self, plan: Plan, database: PlannedDatabase, leading: ManagedInstance) -> list[str]:
        place = self._place(leading)
        return list(settle(self.google, self.stack, plan, database, leading, place))

    def _leading(
        self, instances: tuple[ManagedInstance, ...], seen: Seen
    ) -> ManagedInstance | None:
        """The primary cluster, of two the one that was made it last; None for none or unknown."""
        several = _primaries(instances, seen)
        if len(several) < 2:
            return several[0] if several else None
        since = {instance: self._since(instance) for instance in several}
        newest = max(since.values())
        found = [instance for instance, when in since.items() if when == newest]
        return found[0] if newest and len(found) == 1 else None

    def _since(self, instance: ManagedInstance) -> str:
        """When a cluster was made the primary by a change of roles; empty for never."""
        place = self._place(instance)
        parent = place.partition("/clusters/")[0]
        found = self.google.get("ALLOYDB", f"{parent}/operations")
        operations: list[dict[str, Any]] = found.get("operations") or []
        told: list[dict[str, Any]] = [
            one.get("metadata") or {}
            for one in operations
            if one.get("done") and not one.get("error")
        ]
        return max(
            (
                str(one.get("endTime") or "")
                for one in told
                if one.get("verb") in CHANGES and str(one.get("target")).endswith(place)
            ),
            default="",
        )

    def _old_leaders(self, plan: Plan, database: PlannedDatabase) -> tuple[ManagedInstance, ...]:
        instances = managed_instances(plan, database)
        seen = self._look(plan, database) or {}
        leading = self._leading(instances, seen)
        several = _primaries(instances, seen)
        return tuple(i for i in several if leading is not None and i != leading)

    def _await_return(
        self, database: PlannedDatabase, old: ManagedInstance, leading: ManagedInstance
    ) -> None:
        wanted = self._place(leading).partition("/locations/")[2]

        def follows() -> bool:
            config: dict[str, Any] = self._get(old).get("secondaryConfig") or {}
            return str(config.get("primaryClusterName")).endswith(wanted)

        try:
            until(
                follows,
                f"{database.name}: {self._place(old)} follows {self._place(leading)}",
                OFFLINE_S if is_offline() else RETURN_S,
            )
        except Silent:
            raise
        except RoleError as error:
            raise RoleError(
                f"{error}. AlloyDB makes an old leader a secondary cluster once it is back; one "
                "that was left a leader of its own never becomes one: delete it, and `tricenter "
                "up` makes it anew"
            ) from None

    def _place(self, instance: ManagedInstance) -> str:
        project = self.google.project(instance.owner)
        name = gcp_name(self.stack, instance.site, instance.database)
        return f"projects/{project}/locations/{instance.region}/clusters/{name}"

    def _get(self, instance: ManagedInstance) -> dict[str, Any]:
        return self.google.get("ALLOYDB", self._place(instance))

    def _look(self, plan: Plan, database: PlannedDatabase) -> Seen | None:
        instances = {i.site: i for i in managed_instances(plan, database)}
        return look_at(instances, lambda site: self._get(instances[site]), database.name)


def _tell(left: list[str]) -> None:
    """Unfollowed with what is left to do, if anything is."""
    if left:
        raise Unfollowed("; ".join(left))


def _primaries(instances: tuple[ManagedInstance, ...], seen: Seen) -> tuple[ManagedInstance, ...]:
    return tuple(i for i in instances if (seen.get(i.site) or {}).get("clusterType") == PRIMARY)


def _site_of(database: PlannedDatabase, instance: ManagedInstance) -> str:
    return database.prefer if database.prefer in instance.sites else instance.site


def _health(seen: Mapping[str, Any] | None, *, leads: bool, beside: bool) -> Health:
    """`beside` is whether a site is one of the leading cluster's."""
    if seen is None:
        return "unknown"
    if leads:
        return "leads"
    if seen.get("clusterType") == PRIMARY and not beside:
        return "gone"
    return "follows" if seen.get("state") == READY else "lags"
