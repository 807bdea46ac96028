"""Aurora: a database is a global database, with a cluster a region and an instance a site."""

from collections.abc import Sequence

import pulumi
from pulumi_aws import rds

from tricenter.components.aws import aurora_cluster
from tricenter.components.aws.deployment import Deployment
from tricenter.components.aws.engine import version_of
from tricenter.components.aws.grounds import Grounds
from tricenter.components.aws.managed import ManagedDatabase
from tricenter.components.aws.passwords import make_password
from tricenter.components.aws.regions import Region
from tricenter.components.aws.replication import edges, members_by_region
from tricenter.components.aws.upgrades import refuse_held_upgrade
from tricenter.topology.aws_names import global_cluster_id, regional_id
from tricenter.topology.plan import PlannedDatabase

ENGINE = "aurora-postgresql"


def make_database(
    deployment: Deployment, regions: Sequence[Region], grounds: Grounds, database: PlannedDatabase
) -> ManagedDatabase:
    """One database. The leader's region is made first and deleted last, whichever that is now.

    AWS takes the others of a global database only once its first cluster has an instance, and
    lets the first go only after them (checked 2026-11-24).
    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-deleting.html
    """
    order = members_by_region(deployment.plan, regions, database)
    replicated = edges(order)
    if replicated:
        refuse_held_upgrade(database, order)
    group = _global_cluster(deployment, database, order[0].name) if replicated else None
    password = make_password(deployment, database, [one.name for one in order], grounds.keys)
    clusters: dict[str, rds.Cluster] = {}
    before: list[pulumi.Resource] = []
    for held in order:
        cluster, instances = aurora_cluster.make_cluster(
            aurora_cluster.Asked(
                deployment=deployment,
                grounds=grounds,
                database=database,
                held=held,
                group=group,
                password=None if before else password,
                edges=replicated,
            ),
            before,
        )
        clusters[held.name] = cluster
        before = before or [cluster, *instances]
    first = clusters[order[0].name]
    return ManagedDatabase(
        database=database,
        writer=group.endpoint if group else first.endpoint,
        readers={region: clusters[region].reader_endpoint for region in sorted(clusters)},
        ids={one: regional_id(deployment.stack, database.name, one) for one in sorted(clusters)},
        arns={region: clusters[region].arn for region in sorted(clusters)},
        parts=clusters,
        group_id=global_cluster_id(deployment.stack, database.name) if group else None,
        group_arn=group.arn if group else None,
    )


def _global_cluster(
    deployment: Deployment, database: PlannedDatabase, region: str
) -> rds.GlobalCluster:
    """Made empty from engine and version: made from a cluster, it would not see that one's drift.

    It is known in every region; `region` only says where the first request goes.
    """
    name = deployment.name(None, "global", database.name)
    return rds.GlobalCluster(
        name,
        region=region,
        global_cluster_identifier=global_cluster_id(deployment.stack, database.name),
        engine=ENGINE,
        engine_version=version_of(database),
        storage_encrypted=True,
        deletion_protection=deployment.production,
        tags=deployment.tags(name, database=database.name),
        opts=deployment.options(
            deployment.tree.databases[database.name], ignore=["region"], holds_data=True
        ),
    )
