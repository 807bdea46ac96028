"""Roles of RDS for PostgreSQL: an instance over two zones leads, copies in other regions follow."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tricenter.roles.aws.calls import Regions
from tricenter.roles.aws.names import turn
from tricenter.roles.aws.places import region_of, sites_by_region
from tricenter.roles.aws.standing import SOURCE, STOPPED, Instances, leading, standing_in
from tricenter.roles.interface import (
    DatabaseRoles,
    Health,
    Loss,
    MemberRole,
    RoleError,
    Unfollowed,
)
from tricenter.roles.seen import Silent, look_at
from tricenter.roles.services import until
from tricenter.topology.aws_names import regional_id
from tricenter.topology.plan import Plan, PlannedDatabase, Running

LAG = "ReplicaLag"
"""Seconds by which a copy's last replayed commit is old, told in its region (2026-11-24).

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html
"""
AVAILABLE = "available"


@dataclass(frozen=True, slots=True)
class Rds:
    """RDS databases of a stack."""

    stack: str
    regions: Regions

    def observe(self, plan: Plan, database: PlannedDatabase) -> DatabaseRoles | None:
        """Who leads: the site in whose zone the one instance without a source is.

        A lost region does not answer; an instance there may still think that it leads, and says so
        once it is back. Then the leader is the one that clients find by the leader's name.
        """
        found = self._look(plan, database)
        if found is None:
            return None
        standing = standing_in(found)
        led = self._leading(plan, database, found)
        leader = self._site(plan, database, led, found) if led else None
        members = [
            self._member(
                database,
                site,
                region,
                found.get(region),
                leads=site == leader,
                stale=region in standing and region != led,
            )
            for region, sites in sites_by_region(plan, database).items()
            for site in sites
        ]
        sites = [self._site(plan, database, region, found) for region in standing]
        return DatabaseRoles(
            database=database.name,
            leader=leader,
            members=tuple(members),
            contested=tuple(sites) if leader is None and len(sites) > 1 else (),
        )

    def expected_loss(self, plan: Plan, database: PlannedDatabase, to: str) -> Loss:
        """Nothing within the leader's region, whose second zone commits too; else the lag."""
        region = region_of(plan, to)
        found = self._look(plan, database) or {}
        if self._leading(plan, database, found) == region:
            why = f"the second zone of {region} has each commit before the client is told"
            return Loss(seconds=0.0, transactions=0, source=why)
        lag = self._lag(database, region)
        if lag is None:
            why = f"CloudWatch in {region} has no {LAG} of the last 15 minutes"
            return Loss(seconds=None, transactions=None, source=why)
        return Loss(seconds=lag, transactions=None, source=f"{LAG} in {region}, its newest maximum")

    def switchover(self, plan: Plan, database: PlannedDatabase, to: str) -> None:
        """To the other zone of the leader's region; RoleError for another region."""
        region = region_of(plan, to)
        if self._leading(plan, database, self._look(plan, database) or {}) != region:
            raise RoleError(
                f"{database.name}: RDS for PostgreSQL has no planned handover to another region, "
                "only a promotion that cannot be taken back: `tricenter failover`, after the "
                "writers have stopped, or service aurora"
            )
        self._move_zone(plan, database, region, to)

    def failover(self, plan: Plan, database: PlannedDatabase, to: str) -> None:
        """PromoteReadReplica in another region, then the old leader is stopped if it is reached,
        and the name of the leader is turned to the new one.

        The old leader stays out of the replication: it must be deleted, and made anew as a copy.
        Unfollowed where the name could not be turned. Repeated, it turns the name alone.
        """
        region = region_of(plan, to)
        found = self._look(plan, database) or {}
        led = self._leading(plan, database, found)
        if led == region:
            self._move_zone(plan, database, region, to)
            self._turn_name(plan, database, region, found)
            return
        name = regional_id(self.stack, database.name, region)
        copy = found.get(region)
        if copy is None:
            raise RoleError(f"{database.name}: {name} in {region} cannot be asked")
        if not copy.get(SOURCE):
            raise RoleError(
                f"{database.name}: {name} in {region} is no copy, but a leader of an earlier time "
                "beside the one that leads now. Save what it alone has, delete it, then `pulumi up "
                "--refresh` makes it anew as a copy"
            )
        self.regions.call(region, "rds", "promote_read_replica", DBInstanceIdentifier=name)
        until(lambda: self._is_promoted(name, region), f"{database.name} led by {region}")
        if led is not None:
            self._stop(database, led)
        self._turn_name(plan, database, region, found)

    def prepare(self, plan: Plan, database: PlannedDatabase) -> tuple[str, ...]:
        """Nothing: every copy can be promoted."""
        del plan, database
        return ()

    def _move_zone(self, plan: Plan, database: PlannedDatabase, region: str, to: str) -> None:
        name = regional_id(self.stack, database.name, region)
        sites = sites_by_region(plan, database)[region]
        if len(sites) == 1 or self._zone(name, region) == self._planned_zone(plan, to):
            return
        self.regions.call(
            region, "rds", "reboot_db_instance", DBInstanceIdentifier=name, ForceFailover=True
        )
        wanted = self._planned_zone(plan, to)
        until(lambda: self._zone(name, region) == wanted, f"{database.name} in zone {wanted}")

    def _stop(self, database: PlannedDatabase, region: str) -> None:
        """Fence the old leader as far as its region answers; it may be what is lost."""
        name = regional_id(self.stack, database.name, region)
        try:
            self.regions.call(region, "rds", "stop_db_instance", DBInstanceIdentifier=name)
        except Silent:
            return

    def _turn_name(
        self, plan: Plan, database: PlannedDatabase, region: str, found: Instances
    ) -> None:
        """Every instance has an endpoint of its own, so the leader's name follows the leader."""
        if "route53" not in plan.zone.services or len(found) == 1:
            return
        host = str((found[region] or {}).get("Endpoint", {}).get("Address", ""))
        instances = [regional_id(self.stack, database.name, one) for one in found]
        try:
            turn(self.regions, database.writer, instances, host, region)
        except RoleError as error:
            raise Unfollowed(
                f"{database.name} is led from {region}, but its name is not turned: {error}; "
                f"`tricenter up` turns it, or clients take {host}"
            ) from None

    def _zone(self, name: str, region: str) -> str | None:
        found = self._instance(name, region)
        return found.get("AvailabilityZone") if found["DBInstanceStatus"] == AVAILABLE else None

    def _planned_zone(self, plan: Plan, site: str) -> str | None:
        place = plan.host(site).place
        return place.zone if place else None

    def _is_promoted(self, name: str, region: str) -> bool:
        found = self._instance(name, region)
        return not found.get(SOURCE) and found["DBInstanceStatus"] == AVAILABLE

    def _look(self, plan: Plan, database: PlannedDatabase) -> Instances | None:
        return look_at(
            sites_by_region(plan, database),
            lambda region: self._instance(regional_id(self.stack, database.name, region), region),
            database.name,
        )

    def _instance(self, name: str, region: str) -> Mapping[str, Any]:
        answer = self.regions.call(
            region, "rds", "describe_db_instances", DBInstanceIdentifier=name
        )
        return answer["DBInstances"][0]

    def _leading(self, plan: Plan, database: PlannedDatabase, found: Instances) -> str | None:
        names = {region: regional_id(self.stack, database.name, region) for region in found}
        asked = "route53" in plan.zone.services
        return leading(self.regions, database.writer if asked else None, names, found)

    def _site(self, plan: Plan, database: PlannedDatabase, region: str, found: Instances) -> str:
        """The site in whose zone the instance is; AWS chooses both zones, so it may be in none."""
        sites = sites_by_region(plan, database)[region]
        zone = (found[region] or {}).get("AvailabilityZone")
        named = [site for site in sites if self._planned_zone(plan, site) == zone]
        return (named or [s for s in sites if s == database.prefer] or list(sites))[0]

    def _member(
        self,
        database: PlannedDatabase,
        site: str,
        region: str,
        instance: Mapping[str, Any] | None,
        *,
        leads: bool,
        stale: bool,
    ) -> MemberRole:
        if instance is None:
            return MemberRole(site=site, health="unknown")
        if leads:
            return MemberRole(site=site, health="leads", lag_s=0.0, running=_running(instance))
        status = instance["DBInstanceStatus"]
        health: Health = "follows" if status == AVAILABLE else "lags"
        if stale or status in STOPPED:
            health = "gone"
        lag = self._lag(database, region) if instance.get(SOURCE) else 0.0
        return MemberRole(site=site, health=health, lag_s=lag, running=_running(instance))

    def _lag(self, database: PlannedDatabase, region: str) -> float | None:
        name = regional_id(self.stack, database.name, region)
        return self.regions.lag(region, LAG, {"DBInstanceIdentifier": name})


def _running(instance: Mapping[str, Any]) -> Running | None:
    version = instance.get("EngineVersion")
    if version is None:
        return None
    return Running(version=str(version), storage_gib=instance.get("AllocatedStorage"))
