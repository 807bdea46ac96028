"""Who may use a Cloud SQL database: an identity of its own, by tokens and without a password."""

from typing import Any

import pulumi_gcp as gcp

from tricenter.components.gcp.application import make_application
from tricenter.components.gcp.deployment import Deployment
from tricenter.topology.managed_instances import ManagedInstance
from tricenter.topology.plan import PlannedDatabase

ROLES = {"login": "roles/cloudsql.instanceUser", "connect": "roles/cloudsql.client"}


def give_access(
    deployment: Deployment,
    database: PlannedDatabase,
    instance: ManagedInstance,
    made: gcp.sql.DatabaseInstance,
    names: list[str],
) -> None:
    """The database itself and the identity of its application, which may use `names` alone.

    Both are written where the preferred site's instance is and arrive elsewhere by replication.
    They stay bound to it whoever leads: another `instance` would drop and create them anew.
    """
    project = deployment.project_of(instance.owner)
    parent = deployment.tree.databases[database.name]
    moved_by_roles: dict[str, Any] = {"ignore_changes": ["instance"], "retain_on_delete": True}
    gcp.sql.Database(
        deployment.logical(None, "schema", database.name),
        name=database.name,
        project=project,
        instance=made.name,
        deletion_policy="ABANDON",
        opts=deployment.options(parent, owner=project, holds_data=True, **moved_by_roles),
    )
    account = make_application(deployment, database, project)
    for what, role in ROLES.items():
        gcp.projects.IAMMember(
            deployment.logical(None, what, database.name),
            project=project,
            role=role,
            member=account.member,
            condition=gcp.projects.IAMMemberConditionArgs(
                title=f"only {database.name}",
                description=f"the instances of {database.name}",
                expression=_only(project, names),
            ),
            opts=deployment.options(parent, owner=project),
        )
    gcp.sql.User(
        deployment.logical(None, "user", database.name),
        # Cloud SQL wants the address without its ending, since PostgreSQL's names are short.
        name=account.email.apply(lambda email: email.removesuffix(".gserviceaccount.com")),
        project=project,
        instance=made.name,
        type="CLOUD_IAM_SERVICE_ACCOUNT",
        deletion_policy="ABANDON",
        opts=deployment.options(parent, owner=project, **moved_by_roles),
    )


def _only(project: str, names: list[str]) -> str:
    """A condition that holds for these instances alone."""
    one_of = " || ".join(f"resource.name == 'projects/{project}/instances/{n}'" for n in names)
    return f"resource.service == 'sqladmin.googleapis.com' && ({one_of})"
