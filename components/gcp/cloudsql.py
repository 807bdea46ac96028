"""Cloud SQL for PostgreSQL: a regional instance for the city, a copy of it in the remote region.

Identity is the site, the role is observed: the arguments of an instance follow from who leads now,
and what a change of roles moves on the cloud is never pushed back by the program. Which of the
copies takes over in a disaster is named once both are there (components/readiness.py), for Cloud
SQL knows it only of an instance that exists.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_gcp as gcp

from tricenter.components.gcp.cloudsql_access import give_access
from tricenter.components.gcp.cloudsql_arguments import instance_settings, version_of
from tricenter.components.gcp.deployment import Deployment
from tricenter.components.gcp.keys import Keys
from tricenter.components.gcp.network import Networks
from tricenter.topology.managed_instances import ManagedInstance, instance_of, managed_instances
from tricenter.topology.plan import PlannedDatabase

SERVICE = "cloud-sql"
MOVED_BY_ROLES = (
    "masterInstanceName",
    "instanceType",
    "replicaNames",
    "replicaConfiguration",
    "replicationCluster",
    "settings.activationPolicy",
)
"""Properties that a change of roles sets, the last of them by fencing. If the program pushed them
back it would replace the new leader, switch back, or let an old leader in again. Nested paths must
be written as the engine knows them."""
LEADERS_OWN = ("settings.backupConfiguration", "settings.maintenanceWindow")
"""What a copy may not have; it gets them when it leads."""
CREATE_HOURS = "2h"
"""A regional instance with a large disk takes longer than the provider would wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudSql:
    """A database as it was made: `writer` is the name that leads to whichever instance leads."""

    writer: pulumi.Output[str]
    instances: Mapping[str, gcp.sql.DatabaseInstance]
    """By the site that names each."""


def make_databases(deployment: Deployment, networks: Networks, keys: Keys) -> dict[str, CloudSql]:
    """Every Cloud SQL database of the plan, by name."""
    return {
        database.name: _make_database(deployment, database, networks, keys)
        for database in deployment.plan.databases
        if database.service == SERVICE
    }


def instance_name(deployment: Deployment, instance: ManagedInstance) -> str:
    """The name that Cloud SQL knows an instance by."""
    return deployment.named(instance.site, instance.database)


def _make_database(
    deployment: Deployment, database: PlannedDatabase, networks: Networks, keys: Keys
) -> CloudSql:
    instances = managed_instances(deployment.plan, database)
    first = instance_of(instances, database.prefer)
    leading = instance_of(instances, database.leader)
    made: dict[str, gcp.sql.DatabaseInstance] = {}
    # A copy comes after its source. So it also goes before it: Cloud SQL deletes no instance that
    # has copies, and after a change of roles the next `up` writes the new order into the state.
    for instance in (leading, *(other for other in instances if other != leading)):
        made[instance.site] = _make_instance(
            deployment,
            database,
            instances,
            instance,
            leading,
            networks,
            keys,
            after=[made[leading.site]] if made else [],
        )
    names = [instance_name(deployment, instance) for instance in instances]
    give_access(deployment, database, first, made[first.site], names)
    _tell(deployment, database, instances, made)
    return CloudSql(
        writer=_writer(
            database.name,
            [made[leading.site], *(made[i.site] for i in instances if i != leading)],
        ),
        instances=made,
    )


def _make_instance(
    deployment: Deployment,
    database: PlannedDatabase,
    instances: tuple[ManagedInstance, ...],
    instance: ManagedInstance,
    leading: ManagedInstance,
    networks: Networks,
    keys: Keys,
    *,
    after: list[pulumi.Resource],
) -> gcp.sql.DatabaseInstance:
    project = deployment.project_of(instance.owner)
    access = networks.access[project]
    leads = instance == leading
    parent = deployment.tree.members[database.name, instance.site]
    return gcp.sql.DatabaseInstance(
        deployment.logical(instance.site, "database", database.name),
        name=instance_name(deployment, instance),
        project=project,
        region=instance.region,
        database_version=version_of(database),
        # A text, no output: the two instances would otherwise wait for each other after a swap.
        master_instance_name=None if leads else instance_name(deployment, leading),
        encryption_key_name=keys.id_of(project, instance.region),
        deletion_protection=not deployment.drill,
        settings=instance_settings(
            deployment,
            database,
            instances,
            instance,
            leads=leads,
            network=networks.networks[project].id,
            allocated=access.ranges[instance.region].name,
        ),
        opts=deployment.options(
            parent,
            owner=project,
            holds_data=True,
            after=[access.connection, *keys.granted(SERVICE, project, instance.region), *after],
            ignore_changes=[*MOVED_BY_ROLES, *(() if leads else LEADERS_OWN)],
            custom_timeouts=pulumi.CustomTimeouts(create=CREATE_HOURS, update=CREATE_HOURS),
        ),
    )


def _tell(
    deployment: Deployment,
    database: PlannedDatabase,
    instances: tuple[ManagedInstance, ...],
    made: dict[str, gcp.sql.DatabaseInstance],
) -> None:
    """Put into each member's outputs which instance holds it, and which sites share it."""
    for instance in instances:
        for site in instance.sites:
            member = deployment.tree.members[database.name, site]
            member.outputs |= {
                "instance": made[instance.site].connection_name,
                "shared_with": [other for other in instance.sites if other != site],
            }


def _writer(database: str, instances: Sequence[gcp.sql.DatabaseInstance]) -> pulumi.Output[str]:
    """The write endpoint: a name that leads to whichever of the instances leads.

    Cloud SQL gives it to an Enterprise Plus instance with private services access where the project
    has Cloud DNS enabled, and it moves with the role: the first instance here is the leader's. Else
    there is only the instance's own name, which a warning says.
    """

    def choose(found: list[Any]) -> str:
        own, *clusters = found
        for cluster in clusters:
            # The SDK's type where the provider answered, a plain mapping under mocks.
            answered: dict[str, Any] = dict(cluster or {})
            endpoint = answered.get("psa_write_endpoint") or answered.get("psaWriteEndpoint")
            if endpoint:
                return str(endpoint)
        pulumi.log.warn(
            f"databases.{database}: Cloud SQL gave it no write endpoint, so that its DNS record "
            f"does not follow the role: enable dns.googleapis.com in the project"
        )
        return str(own or "")

    return pulumi.Output.all(
        instances[0].dns_name, *(instance.replication_cluster for instance in instances)
    ).apply(choose)
