"""RDS for PostgreSQL: an instance over two zones of a region, and a copy in each other region."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import rds

from tricenter.components.aws import engine
from tricenter.components.aws.aurora_cluster import CERTIFICATE, INSIGHT_DAYS
from tricenter.components.aws.deployment import Deployment
from tricenter.components.aws.grounds import MONITORING_INTERVAL, Grounds, make_log_group
from tricenter.components.aws.managed import ManagedDatabase
from tricenter.components.aws.passwords import FIRST_USER, make_password
from tricenter.components.aws.regions import Region, place_of
from tricenter.components.aws.replication import RegionMembers, edges, ignored, members_by_region
from tricenter.components.aws.upgrades import instance_versions, storage_gib
from tricenter.topology.aws_names import identifier, regional_id
from tricenter.topology.plan import PlannedDatabase

ENGINE = "postgres"
DEFAULT_CLASS = "db.m6g.large"
LONGEST_GROUP = 255
ROOM = 2
"""Storage grows by itself up to this many times the stated size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be made in one region. `source` is the instance that it copies, if it does;
    `version` is the one of this run."""

    deployment: Deployment
    grounds: Grounds
    database: PlannedDatabase
    held: RegionMembers
    edges: Sequence[tuple[str, str]]
    source: rds.Instance | None
    password: pulumi.Output[str]
    version: str
    storage_gib: int

    @property
    def identifier(self) -> str:
        """The instance's identifier."""
        return regional_id(self.deployment.stack, self.database.name, self.held.name)

    @property
    def parent(self) -> pulumi.Resource:
        """The component of the database."""
        return self.deployment.tree.databases[self.database.name]


def make_database(
    deployment: Deployment, regions: Sequence[Region], grounds: Grounds, database: PlannedDatabase
) -> ManagedDatabase:
    """One database. The leader's region is made first and deleted last, whichever that is now."""
    order = members_by_region(deployment.plan, regions, database)
    password = make_password(deployment, database, [one.name for one in order], grounds.keys)
    steps = instance_versions(database, order)
    if steps.waits is not None:
        pulumi.log.warn(
            f"databases.{database.name}.version: {engine.version_of(database)} comes to the copies "
            f"first, as RDS wants it; the leader in {steps.waits} stays at "
            f"{steps.versions[steps.waits]} until `up` is run once more after that"
        )
    made: dict[str, rds.Instance] = {}
    for held in order:
        made[held.name] = _instance(
            Asked(
                deployment=deployment,
                grounds=grounds,
                database=database,
                held=held,
                edges=edges(order),
                source=made.get(order[0].name),
                password=password,
                version=steps.versions[held.name],
                storage_gib=storage_gib(database, held, order),
            )
        )
    _replicate_backups(deployment, grounds, database, made)
    return ManagedDatabase(
        database=database,
        writer=made[order[0].name].address,
        readers={region: made[region].address for region in sorted(made)},
        ids={
            region: regional_id(deployment.stack, database.name, region) for region in sorted(made)
        },
        arns={region: made[region].arn for region in sorted(made)},
        parts=made,
    )


def _instance(asked: Asked) -> rds.Instance:
    deployment, database, region = asked.deployment, asked.database, asked.held.name
    name = deployment.name(region, "instance", database.name)
    path = f"/aws/rds/instance/{asked.identifier}/postgresql"
    log_name = deployment.name(region, "log", database.name)
    log = make_log_group(deployment, asked.grounds, region, (log_name, path), asked.parent)
    continuous = any(b.ship and database.name in b.databases for b in deployment.plan.backups)
    return rds.Instance(
        name,
        region=region,
        identifier=asked.identifier,
        instance_class=asked.held.members[0].machine or DEFAULT_CLASS,
        # The second zone is that of the region's other site; AWS moves between them by itself.
        multi_az=len(asked.held.members) > 1,
        **_content(asked),
        **_closed(asked),
        **_watched(asked),
        **_kept(asked),
        tags=deployment.tags(name, database=database.name),
        opts=deployment.options(
            asked.parent,
            after=[log, asked.grounds.attached],
            ignore=ignored("rds", asked.edges, continuous=continuous),
            holds_data=True,
        ),
    )


def _content(asked: Asked) -> dict[str, Any]:
    """Where the data comes from, and what it may be changed to: a copy has its first content from
    its source, its version and size are edited like everybody's."""
    shared = {
        "engine_version": asked.version,
        "allocated_storage": asked.storage_gib,
        "max_allocated_storage": asked.storage_gib * ROOM,
        "storage_type": "gp3",
    }
    if asked.source is not None:
        return {"replicate_source_db": asked.source.arn, **shared}
    zones = {member.site: member for member in asked.held.members}
    first = zones.get(asked.database.prefer, asked.held.members[0])
    zone = place_of(asked.deployment.plan.host(first.site)).zone
    return {
        "engine": ENGINE,
        "db_name": engine.initial_database(asked.database),
        "username": FIRST_USER,
        "password_wo": asked.password,
        "password_wo_version": 1,
        # AWS chooses both zones of an instance that has two.
        "availability_zone": zone if len(zones) == 1 else None,
        **shared,
    }


def _closed(asked: Asked) -> dict[str, Any]:
    grounds, region = asked.grounds, asked.held.name
    return {
        "db_subnet_group_name": grounds.subnet_groups[region].name,
        "vpc_security_group_ids": [grounds.networks[region].databases.id],
        "publicly_accessible": False,
        "storage_encrypted": True,
        "kms_key_id": grounds.keys[region].arn,
        "iam_database_authentication_enabled": True,
        "ca_cert_identifier": CERTIFICATE,
        "parameter_group_name": _parameters(asked).name,
    }


def _watched(asked: Asked) -> dict[str, Any]:
    return {
        "enabled_cloudwatch_logs_exports": ["postgresql", "upgrade"],
        "monitoring_interval": MONITORING_INTERVAL,
        "monitoring_role_arn": asked.grounds.monitoring.arn,
        "performance_insights_enabled": True,
        "performance_insights_kms_key_id": asked.grounds.keys[asked.held.name].arn,
        "performance_insights_retention_period": INSIGHT_DAYS,
    }


def _kept(asked: Asked) -> dict[str, Any]:
    deployment = asked.deployment
    production = deployment.production
    times = engine.windows(deployment.plan, asked.database)
    days = engine.retention_days(deployment.plan, asked.database, production=production)
    return {
        "backup_retention_period": days,
        "backup_window": times.backup,
        "maintenance_window": times.maintenance,
        "auto_minor_version_upgrade": False,
        "copy_tags_to_snapshot": True,
        "deletion_protection": production,
        "delete_automated_backups": not production,
        "skip_final_snapshot": not production,
        "final_snapshot_identifier": f"{asked.identifier}-final" if production else None,
        "apply_immediately": not production,
        # Asked for by a version of the spec; without copies elsewhere nothing speaks against it.
        "allow_major_version_upgrade": None if asked.edges else True,
    }


def _parameters(asked: Asked) -> rds.ParameterGroup:
    deployment, region = asked.deployment, asked.held.name
    name = deployment.name(region, "parameters", asked.database.name)
    major = asked.version.partition(".")[0]
    return rds.ParameterGroup(
        name,
        region=region,
        # With the family: the instance moves from one group to the other, so both are there.
        name=identifier(asked.identifier, f"pg{major}", longest=LONGEST_GROUP),
        family=f"{ENGINE}{major}",
        description=f"{asked.database.name} of {deployment.stack}",
        parameters=[
            rds.ParameterGroupParameterArgs(name=one.name, value=one.value, apply_method=one.apply)
            for one in engine.instance_parameters(asked.database)
        ],
        tags=deployment.tags(name, database=asked.database.name),
        opts=deployment.options(asked.parent),
    )


def _replicate_backups(
    deployment: Deployment,
    grounds: Grounds,
    database: PlannedDatabase,
    made: dict[str, rds.Instance],
) -> None:
    """Automated backups of the preferred region in the others: any second, also without it.

    It follows the preference, not the leader, so that a change of roles moves nothing; AWS Backup
    copies from every region, whoever leads.
    """
    home = place_of(deployment.plan.host(database.prefer)).region
    for region in made:
        if region == home:
            continue
        name = deployment.name(region, "backups", database.name)
        rds.InstanceAutomatedBackupsReplication(
            name,
            region=region,
            source_db_instance_arn=made[home].arn,
            kms_key_id=grounds.keys[region].arn,
            retention_period=engine.retention_days(
                deployment.plan, database, production=deployment.production
            ),
            opts=deployment.options(deployment.tree.databases[database.name]),
        )
