"""Roles on Google Cloud: Cloud SQL and our own on Compute Engine, by Google's REST interface."""

from tricenter.roles.gcp.alloydb import AlloyDb
from tricenter.roles.gcp.cloudsql import CloudSql
from tricenter.roles.gcp.operator import from_secret_manager
from tricenter.roles.gcp.rest import Google
from tricenter.roles.self_managed import SelfManaged
from tricenter.roles.services import CloudRoles


def open_roles(stack: str) -> CloudRoles:
    """The roles of a stack, with the credentials of the environment."""
    google = Google()
    return CloudRoles(
        "gcp",
        {
            "cloud-sql": CloudSql(stack, google),
            "alloydb": AlloyDb(stack, google),
            "self-managed": SelfManaged(stack, from_secret_manager(stack, google)),
        },
    )
