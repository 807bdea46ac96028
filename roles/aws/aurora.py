"""Roles of Aurora global databases: the writer's region, and in it the writer's instance."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tricenter.roles.aws.calls import Regions
from tricenter.roles.aws.places import region_of, sites_by_region
from tricenter.roles.interface import DatabaseRoles, Health, Loss, MemberRole, RoleError
from tricenter.roles.seen import NotThere, Silent, look_at
from tricenter.roles.services import until
from tricenter.topology.aws_names import global_cluster_id, member_id, regional_id
from tricenter.topology.plan import Plan, PlannedDatabase, Running

LAG = "AuroraGlobalDBRPOLag"
"""Milliseconds by which a region's storage lacks commits; told in that region (2026-11-24).

https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.AuroraMonitoring.Metrics.html
"""
AVAILABLE = "available"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What AWS says of one database: `writer` region, clusters by region, None for a silent one."""

    writer: str | None
    clusters: Mapping[str, Mapping[str, Any] | None]
    settled: bool


@dataclass(frozen=True, slots=True)
class Aurora:
    """Aurora's databases of a stack."""

    stack: str
    regions: Regions

    def observe(self, plan: Plan, database: PlannedDatabase) -> DatabaseRoles | None:
        """Who leads: the writer instance's site in the region of the global database's writer."""
        places = sites_by_region(plan, database)
        seen = self._look(plan, database)
        if seen is None:
            return None
        writing = self._writing_site(database, places, seen)
        members: list[MemberRole] = []
        for region, sites in places.items():
            lag = 0.0 if region == seen.writer else self._lag(database, region)
            members += [self._member(database, seen, region, site, writing, lag) for site in sites]
        return DatabaseRoles(database=database.name, leader=writing, members=tuple(members))

    def expected_loss(self, plan: Plan, database: PlannedDatabase, to: str) -> Loss:
        """Nothing within the writer's region, whose storage is shared; else the metric's lag."""
        region = region_of(plan, to)
        seen = self._seen(plan, database)
        if seen.writer == region:
            why = f"the storage of {region} is one, written in three zones before each commit"
            return Loss(seconds=0.0, transactions=0, source=why)
        lag = self._lag(database, region)
        if lag is None:
            why = f"CloudWatch in {region} has no {LAG} of the last 15 minutes"
            return Loss(seconds=None, transactions=None, source=why)
        return Loss(seconds=lag, transactions=None, source=f"{LAG} in {region}, its newest maximum")

    def switchover(self, plan: Plan, database: PlannedDatabase, to: str) -> None:
        """SwitchoverGlobalCluster to another region, FailoverDBCluster within one."""
        self._move(plan, database, to, forced=False)

    def failover(self, plan: Plan, database: PlannedDatabase, to: str) -> None:
        """FailoverGlobalCluster with AllowDataLoss to another region, else FailoverDBCluster.

        The old writer comes back as a copy: AWS fences it, as far as it reaches it.
        """
        self._move(plan, database, to, forced=True)

    def prepare(self, plan: Plan, database: PlannedDatabase) -> tuple[str, ...]:
        """Nothing: every region of a global database may lead."""
        del plan, database
        return ()

    def _move(self, plan: Plan, database: PlannedDatabase, to: str, *, forced: bool) -> None:
        region = region_of(plan, to)
        seen = self._seen(plan, database)
        if seen.writer != region:
            self._move_region(database, seen, region, forced=forced)
            until(
                lambda: self._region_leads(plan, database, region, forced=forced),
                f"{database.name} led by {region}",
            )
        self._move_instance(plan, database, region, to)

    def _move_region(
        self, database: PlannedDatabase, seen: Seen, region: str, *, forced: bool
    ) -> None:
        target = seen.clusters.get(region)
        if target is None:
            raise RoleError(f"{database.name}: the cluster in {region} cannot be asked")
        request: dict[str, Any] = {
            "GlobalClusterIdentifier": global_cluster_id(self.stack, database.name),
            "TargetDbClusterIdentifier": target["DBClusterArn"],
        }
        if forced:
            request["AllowDataLoss"] = True
        # A failover is taken at the region that takes over, as the other one may be what is lost; a
        # switchover at the one that leads (checked 2026-11-30):
        # https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-disaster-recovery.html
        operation = "failover_global_cluster" if forced else "switchover_global_cluster"
        asked = region if forced else seen.writer
        if asked is None:
            raise RoleError(f"{database.name} has no leader: only `tricenter failover` helps")
        self.regions.call(asked, "rds", operation, **request)

    def _region_leads(
        self, plan: Plan, database: PlannedDatabase, region: str, *, forced: bool
    ) -> bool:
        seen = self._seen(plan, database)
        mine = seen.clusters.get(region)
        if seen.writer != region or mine is None or mine["Status"] != AVAILABLE:
            return False
        others = [c for c in seen.clusters.values() if c is not None]
        # After a planned change all follow again; a lost region may take as long as it likes.
        return forced or (seen.settled and all(c["Status"] == AVAILABLE for c in others))

    def _move_instance(self, plan: Plan, database: PlannedDatabase, region: str, to: str) -> None:
        cluster = regional_id(self.stack, database.name, region)
        wanted = member_id(self.stack, database.name, to)
        if self._writer_instance(cluster, region) != wanted:
            self.regions.call(
                region,
                "rds",
                "failover_db_cluster",
                DBClusterIdentifier=cluster,
                TargetDBInstanceIdentifier=wanted,
            )
        del plan
        what = f"{database.name} led by {to}"
        until(lambda: self._writer_instance(cluster, region) == wanted, what)

    def _writer_instance(self, cluster: str, region: str) -> str | None:
        found = self._cluster(cluster, region)
        return _writer_of(found) if found["Status"] == AVAILABLE else None

    def _seen(self, plan: Plan, database: PlannedDatabase) -> Seen:
        seen = self._look(plan, database)
        if seen is None:
            raise RoleError(f"{database.name} is not deployed on AWS")
        return seen

    def _look(self, plan: Plan, database: PlannedDatabase) -> Seen | None:
        places = sites_by_region(plan, database)
        clusters = look_at(
            places,
            lambda region: self._cluster(regional_id(self.stack, database.name, region), region),
            database.name,
        )
        if clusters is None:
            return None
        if len(places) == 1:
            return Seen(writer=next(iter(places)), clusters=clusters, settled=True)
        return self._look_at_group(database, clusters)

    def _look_at_group(
        self, database: PlannedDatabase, clusters: Mapping[str, Mapping[str, Any] | None]
    ) -> Seen | None:
        name = global_cluster_id(self.stack, database.name)
        for region in (r for r, found in clusters.items() if found is not None):
            try:
                answer = self.regions.call(
                    region, "rds", "describe_global_clusters", GlobalClusterIdentifier=name
                )
            except Silent:
                continue
            except NotThere:
                return None
            group = answer["GlobalClusters"][0]
            writers = [m for m in group["GlobalClusterMembers"] if m["IsWriter"]]
            writer = writers[0]["DBClusterArn"].split(":")[3] if len(writers) == 1 else None
            return Seen(writer=writer, clusters=clusters, settled=group["Status"] == AVAILABLE)
        raise Silent(f"{database.name}: no region tells of the global database {name}")

    def _cluster(self, name: str, region: str) -> Mapping[str, Any]:
        answer = self.regions.call(region, "rds", "describe_db_clusters", DBClusterIdentifier=name)
        return answer["DBClusters"][0]

    def _writing_site(
        self, database: PlannedDatabase, places: Mapping[str, tuple[str, ...]], seen: Seen
    ) -> str | None:
        cluster = seen.clusters.get(seen.writer or "")
        if cluster is None or seen.writer is None:
            return None
        writer = _writer_of(cluster)
        sites = places[seen.writer]
        named = {member_id(self.stack, database.name, site): site for site in sites}
        return named.get(writer or "")

    def _member(
        self,
        database: PlannedDatabase,
        seen: Seen,
        region: str,
        site: str,
        writing: str | None,
        lag: float | None,
    ) -> MemberRole:
        cluster = seen.clusters.get(region)
        if cluster is None:
            missing: Health = "unknown" if region in seen.clusters else "gone"
            return MemberRole(site=site, health=missing)
        there = {m["DBInstanceIdentifier"] for m in cluster["DBClusterMembers"]}
        if member_id(self.stack, database.name, site) not in there:
            return MemberRole(site=site, health="gone")
        version = cluster.get("EngineVersion")
        running = None if version is None else Running(version=str(version))
        if site == writing:
            return MemberRole(site=site, health="leads", lag_s=0.0, running=running)
        health: Health = "follows" if cluster["Status"] == AVAILABLE else "lags"
        return MemberRole(site=site, health=health, lag_s=lag, running=running)

    def _lag(self, database: PlannedDatabase, region: str) -> float | None:
        name = regional_id(self.stack, database.name, region)
        found = self.regions.lag(region, LAG, {"DBClusterIdentifier": name})
        return None if found is None else found / 1000


def _writer_of(cluster: Mapping[str, Any]) -> str | None:
    """The instance that writes a cluster's storage; in a copy it is the one that would."""
    members = cluster["DBClusterMembers"]
    return next((m["DBInstanceIdentifier"] for m in members if m["IsClusterWriter"]), None)
