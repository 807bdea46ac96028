"""The identity of a database's application: it has no key, and no role but those it is given."""

import pulumi_gcp as gcp

from tricenter.components.gcp.deployment import Deployment
from tricenter.topology.gcp_names import LONGEST_ACCOUNT
from tricenter.topology.plan import PlannedDatabase


def make_application(
    deployment: Deployment, database: PlannedDatabase, project: str
) -> gcp.serviceaccount.Account:
    """The account by which the application of a database connects to it."""
    return gcp.serviceaccount.Account(
        deployment.logical(None, "application", database.name),
        account_id=deployment.named(database.name, longest=LONGEST_ACCOUNT),
        project=project,
        display_name=f"application of {database.name}",
        description=f"connects to {database.name} of tricenter {deployment.plan.topology}",
        opts=deployment.options(deployment.tree.databases[database.name], owner=project),
    )
