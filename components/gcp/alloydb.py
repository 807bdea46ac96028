"""AlloyDB for PostgreSQL: a cluster with a regional instance for the city, a second one far away.

As with Cloud SQL the site is the identity and the role is observed. A cluster is made in its role
and changed by the service's own calls: by a changed argument the provider would fork the data.
Checked 2026-11-24: https://cloud.google.com/alloydb/docs/cross-region-replication/about
"""

from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp

from tricenter.components.gcp.alloydb_access import give_access
from tricenter.components.gcp.alloydb_arguments import (
    automated_backups,
    continuous_backups,
    database_flags,
    version_of,
)
from tricenter.components.gcp.deployment import Deployment
from tricenter.components.gcp.keys import Keys
from tricenter.components.gcp.network import Networks
from tricenter.topology.alloydb_settings import leader_backups
from tricenter.topology.managed_instances import ManagedInstance, instance_of, managed_instances
from tricenter.topology.plan import PlannedDatabase

alloydb = gcp.alloydb
SERVICE = "alloydb"
DEFAULT_MACHINE = "n2-highmem-2"
MOVED_BY_ROLES = ("clusterType", "secondaryConfig")
LEADERS_OWN = ("automatedBackupPolicy", "continuousBackupConfig")
"""Backups are taken where the data is written; another cluster has them switched off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What the clusters of one database share while they are made."""

    deployment: Deployment
    database: PlannedDatabase
    leading: ManagedInstance
    networks: Networks
    keys: Keys

    def cluster_path(self, instance: ManagedInstance) -> str:
        """The full name of an instance's cluster; a text, so that clusters wait for none."""
        return cluster_path(self.deployment, instance)


def cluster_path(deployment: Deployment, instance: ManagedInstance) -> str:
    """The full name of the cluster that an instance is in."""
    name = deployment.named(instance.site, instance.database)
    project = deployment.project_of(instance.owner)
    return f"projects/{project}/locations/{instance.region}/clusters/{name}"


def make_databases(
    deployment: Deployment, networks: Networks, keys: Keys
) -> dict[str, pulumi.Output[str]]:
    """Every AlloyDB database of the plan; the address of each one's leader, by database.

    AlloyDB has no name that follows a change of roles: clients find the leader by our own record.
    """
    return {
        database.name: _make_database(deployment, database, networks, keys)
        for database in deployment.plan.databases
        if database.service == SERVICE
    }


def _make_database(
    deployment: Deployment, database: PlannedDatabase, networks: Networks, keys: Keys
) -> pulumi.Output[str]:
    instances = managed_instances(deployment.plan, database)
    first = instance_of(instances, database.prefer)
    group = Group(
        deployment=deployment,
        database=database,
        leading=instance_of(instances, database.leader),
        networks=networks,
        keys=keys,
    )
    made: dict[str, gcp.alloydb.Instance] = {}
    clusters: dict[str, gcp.alloydb.Cluster] = {}
    # A second cluster comes after the first, and so goes before it; after a change of roles the
    # next `up` writes the new order into the state.
    leading = group.leading
    for instance in (leading, *(other for other in instances if other != leading)):
        clusters[instance.site] = cluster = _make_cluster(
            group, instance, after=[made[leading.site]] if made else []
        )
        made[instance.site] = _make_instance(group, instance, cluster)
        for site in instance.sites:
            deployment.tree.members[database.name, site].outputs |= {
                "instance": made[instance.site].name,
                "shared_with": [other for other in instance.sites if other != site],
            }
    give_access(deployment, database, first, clusters[first.site], made[first.site])
    return made[leading.site].ip_address


def _make_cluster(
    group: Group, instance: ManagedInstance, *, after: list[pulumi.Resource]
) -> gcp.alloydb.Cluster:
    deployment, database = group.deployment, group.database
    project = deployment.project_of(instance.owner)
    access = group.networks.access[project]
    key = group.keys.id_of(project, instance.region)
    leads = instance == group.leading
    labels = deployment.labels(database=database.name, site=instance.site)
    backups = (
        leader_backups(deployment.plan, database, instance.region, key=key, labels=labels)
        if leads
        else None
    )
    return alloydb.Cluster(
        deployment.logical(instance.site, "database", database.name),
        cluster_id=deployment.named(instance.site, database.name),
        project=project,
        location=instance.region,
        database_version=version_of(database),
        cluster_type="PRIMARY" if leads else "SECONDARY",
        secondary_config=None
        if leads
        else alloydb.ClusterSecondaryConfigArgs(
            primary_cluster_name=group.cluster_path(group.leading)
        ),
        network_config=alloydb.ClusterNetworkConfigArgs(
            network=group.networks.networks[project].id,
            allocated_ip_range=access.ranges[instance.region].name,
        ),
        encryption_config=alloydb.ClusterEncryptionConfigArgs(kms_key_name=key) if key else None,
        automated_backup_policy=automated_backups(backups),
        continuous_backup_config=continuous_backups(backups),
        deletion_protection=not deployment.drill,
        # Either cluster may be the second one when a drill ends, and that needs force to go.
        deletion_policy="FORCE" if deployment.drill else "DEFAULT",
        labels=labels,
        opts=deployment.options(
            deployment.tree.members[database.name, instance.site],
            owner=project,
            holds_data=True,
            after=[
                access.connection,
                *group.keys.granted(SERVICE, project, instance.region),
                *after,
            ],
            ignore_changes=[*MOVED_BY_ROLES, *(() if leads else LEADERS_OWN)],
        ),
    )


def _make_instance(
    group: Group, instance: ManagedInstance, cluster: gcp.alloydb.Cluster
) -> gcp.alloydb.Instance:
    deployment, database = group.deployment, group.database
    return alloydb.Instance(
        deployment.logical(instance.site, "instance", database.name),
        instance_id=deployment.named(instance.site, database.name),
        cluster=cluster.name,
        instance_type="PRIMARY" if instance == group.leading else "SECONDARY",
        availability_type="REGIONAL",
        machine_config=alloydb.InstanceMachineConfigArgs(
            machine_type=instance.machine or DEFAULT_MACHINE
        ),
        # The same on both: a copy takes the leader's, and a program without them would remove them.
        database_flags=database_flags(database),
        client_connection_config=alloydb.InstanceClientConnectionConfigArgs(
            ssl_config=alloydb.InstanceClientConnectionConfigSslConfigArgs(
                ssl_mode="ENCRYPTED_ONLY"
            )
        ),
        # No network_config: without one there is no public address, and the service answers none
        # for a refused one, which would be a difference at every preview.
        query_insights_config=alloydb.InstanceQueryInsightsConfigArgs(
            query_plans_per_minute=5,
            query_string_length=1024,
            record_application_tags=True,
            record_client_address=True,
        ),
        labels=deployment.labels(database=database.name, site=instance.site),
        opts=deployment.options(
            deployment.tree.members[database.name, instance.site],
            owner=instance.owner,
            holds_data=True,
            ignore_changes=["instanceType"],
        ),
    )
