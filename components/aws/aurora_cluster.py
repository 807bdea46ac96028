"""One region's cluster of an Aurora database, with its parameters and an instance for each site."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch, rds

from tricenter.components.aws import engine
from tricenter.components.aws.deployment import Deployment
from tricenter.components.aws.grounds import MONITORING_INTERVAL, Grounds, make_log_group
from tricenter.components.aws.passwords import FIRST_USER
from tricenter.components.aws.regions import place_of
from tricenter.components.aws.replication import RegionMembers, ignored
from tricenter.topology.aws_names import identifier, member_id, regional_id
from tricenter.topology.plan import PlannedDatabase, PlannedMember

ENGINE = "aurora-postgresql"
CERTIFICATE = "rds-ca-rsa2048-g1"
"""The authority of the server's certificate, valid until 2061 (checked 2026-11-24)."""
INSIGHT_DAYS = 7
HIGHEST_PRIORITY = 2
"""The plan's failover priority of the preferred city; Aurora's tier 0 goes first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be made in one region; `password` only for the cluster that begins."""

    deployment: Deployment
    grounds: Grounds
    database: PlannedDatabase
    held: RegionMembers
    group: rds.GlobalCluster | None
    password: pulumi.Output[str] | None
    edges: Sequence[tuple[str, str]]

    @property
    def region(self) -> str:
        """The region's name."""
        return self.held.name

    @property
    def identifier(self) -> str:
        """The cluster's identifier."""
        return regional_id(self.deployment.stack, self.database.name, self.region)

    @property
    def parent(self) -> pulumi.Resource:
        """The component of the database."""
        return self.deployment.tree.databases[self.database.name]

    @property
    def continuous(self) -> bool:
        """Whether AWS Backup keeps a continuous backup, and so its own retention."""
        backups = self.deployment.plan.backups
        return any(backup.ship and self.database.name in backup.databases for backup in backups)


def make_cluster(
    asked: Asked, before: Sequence[pulumi.Resource]
) -> tuple[rds.Cluster, tuple[rds.ClusterInstance, ...]]:
    """The cluster of a region, after `before`, and the instances of its sites.

    The instance that is made first leads: it is that of the site that leads, or is to.
    """
    deployment = asked.deployment
    names = (
        deployment.name(asked.region, "log", asked.database.name),
        f"/aws/rds/cluster/{asked.identifier}/postgresql",
    )
    log = make_log_group(deployment, asked.grounds, asked.region, names, asked.parent)
    cluster = _cluster(asked, log, before)
    leads = asked.database.leader
    first = [_instance(asked, cluster, m, []) for m in asked.held.members if m.site == leads]
    others = [_instance(asked, cluster, m, first) for m in asked.held.members if m.site != leads]
    return cluster, (*first, *others)


def _cluster(
    asked: Asked, log: cloudwatch.LogGroup, before: Sequence[pulumi.Resource]
) -> rds.Cluster:
    deployment, grounds, database = asked.deployment, asked.grounds, asked.database
    name = deployment.name(asked.region, "cluster", database.name)
    times = engine.windows(deployment.plan, database)
    begins = asked.password is not None
    return rds.Cluster(
        name,
        region=asked.region,
        cluster_identifier=asked.identifier,
        global_cluster_identifier=asked.group.id if asked.group else None,
        engine=ENGINE,
        engine_version=engine.version_of(database),
        database_name=engine.initial_database(database) if begins else None,
        master_username=FIRST_USER if begins else None,
        master_password_wo=asked.password,
        master_password_wo_version=1 if begins else None,
        db_subnet_group_name=grounds.subnet_groups[asked.region].name,
        vpc_security_group_ids=[grounds.networks[asked.region].databases.id],
        db_cluster_parameter_group_name=_parameters(asked).name,
        storage_encrypted=True,
        kms_key_id=grounds.keys[asked.region].arn,
        iam_database_authentication_enabled=True,
        enabled_cloudwatch_logs_exports=["postgresql"],
        backup_retention_period=engine.retention_days(
            deployment.plan, database, production=deployment.production
        ),
        preferred_backup_window=times.backup,
        preferred_maintenance_window=times.maintenance,
        copy_tags_to_snapshot=True,
        deletion_protection=deployment.production,
        delete_automated_backups=not deployment.production,
        skip_final_snapshot=not deployment.production,
        final_snapshot_identifier=f"{asked.identifier}-final" if deployment.production else None,
        apply_immediately=not deployment.production,
        # The version of a member of a global database is that one's.
        allow_major_version_upgrade=None if asked.group else True,
        tags=deployment.tags(name, database=database.name),
        opts=deployment.options(
            asked.parent,
            after=[log, *before],
            ignore=ignored("aurora", asked.edges, continuous=asked.continuous),
            holds_data=True,
        ),
    )


def _parameters(asked: Asked) -> rds.ClusterParameterGroup:
    deployment = asked.deployment
    name = deployment.name(asked.region, "parameters", asked.database.name)
    family = f"{ENGINE}{engine.major_of(asked.database)}"
    return rds.ClusterParameterGroup(
        name,
        region=asked.region,
        # With the family: the cluster moves from one group to the other, so both are there.
        name=identifier(asked.identifier, f"pg{engine.major_of(asked.database)}", longest=255),
        family=family,
        description=f"{asked.database.name} of {deployment.stack}",
        parameters=[
            rds.ClusterParameterGroupParameterArgs(
                name=one.name, value=one.value, apply_method=one.apply
            )
            for one in engine.cluster_parameters(
                asked.database,
                holds_back=engine.may_hold_back(
                    preferred=asked.database.prefer in asked.held.region.sites,
                    regions=len(asked.edges) + 1,
                ),
            )
        ],
        tags=deployment.tags(name, database=asked.database.name),
        opts=deployment.options(asked.parent),
    )


def _instance(
    asked: Asked,
    cluster: rds.Cluster,
    member: PlannedMember,
    before: Sequence[pulumi.Resource],
) -> rds.ClusterInstance:
    deployment, grounds = asked.deployment, asked.grounds
    name = deployment.name(member.site, "instance", member.database)
    return rds.ClusterInstance(
        name,
        region=asked.region,
        identifier=member_id(deployment.stack, member.database, member.site),
        cluster_identifier=cluster.id,
        engine=rds.EngineType.AURORA_POSTGRESQL,
        instance_class=member.machine or engine.DEFAULT_CLASS,
        availability_zone=place_of(deployment.plan.host(member.site)).zone,
        promotion_tier=max(0, HIGHEST_PRIORITY - member.failover_priority),
        publicly_accessible=False,
        ca_cert_identifier=CERTIFICATE,
        # The version follows the global database, all members at once.
        auto_minor_version_upgrade=False,
        monitoring_interval=MONITORING_INTERVAL,
        monitoring_role_arn=grounds.monitoring.arn,
        performance_insights_enabled=True,
        performance_insights_kms_key_id=grounds.keys[asked.region].arn,
        performance_insights_retention_period=INSIGHT_DAYS,
        preferred_maintenance_window=engine.windows(deployment.plan, asked.database).maintenance,
        copy_tags_to_snapshot=True,
        apply_immediately=not deployment.production,
        tags=deployment.tags(name, member.site, member.database),
        opts=deployment.options(
            deployment.tree.members[member.database, member.site],
            after=[grounds.attached, *before],
            holds_data=True,
        ),
    )
