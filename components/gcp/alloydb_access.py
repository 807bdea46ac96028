"""Who may use an AlloyDB database: an identity of its own, by tokens and without a password."""

import pulumi_gcp as gcp

from tricenter.components.gcp.application import make_application
from tricenter.components.gcp.deployment import Deployment
from tricenter.topology.managed_instances import ManagedInstance
from tricenter.topology.plan import PlannedDatabase

ROLES = {
    "login": "roles/alloydb.databaseUser",
    "connect": "roles/alloydb.client",
    "consume": "roles/serviceusage.serviceUsageConsumer",
}
"""What a connection by token needs. Checked 2026-11-24:
https://cloud.google.com/alloydb/docs/database-users/manage-iam-auth"""


def give_access(
    deployment: Deployment,
    database: PlannedDatabase,
    instance: ManagedInstance,
    cluster: gcp.alloydb.Cluster,
    made: gcp.alloydb.Instance,
) -> None:
    """The identity of a database's application, known to the preferred site's cluster.

    It arrives in the other cluster by replication, and stays bound to this one whoever leads.
    """
    project = deployment.project_of(instance.owner)
    parent = deployment.tree.databases[database.name]
    account = make_application(deployment, database, project)
    for what, role in ROLES.items():
        gcp.projects.IAMMember(
            deployment.logical(None, what, database.name),
            project=project,
            role=role,
            member=account.member,
            opts=deployment.options(parent, owner=project),
        )
    gcp.alloydb.User(
        deployment.logical(None, "user", database.name),
        cluster=cluster.name,
        user_id=account.email.apply(lambda email: email.removesuffix(".gserviceaccount.com")),
        user_type="ALLOYDB_IAM_USER",
        database_roles=["alloydbiamuser"],
        opts=deployment.options(
            parent, owner=project, after=[made], ignore_changes=["cluster"], retain_on_delete=True
        ),
    )
