"""Roles on AWS: Aurora, RDS and our own on EC2, asked and changed at each region's endpoint."""

from tricenter.roles.aws.aurora import Aurora
from tricenter.roles.aws.calls import Regions
from tricenter.roles.aws.fences import AclFences
from tricenter.roles.aws.operator import from_secrets_manager
from tricenter.roles.aws.rds import Rds
from tricenter.roles.self_managed import SelfManaged
from tricenter.roles.services import CloudRoles


def open_roles(stack: str) -> CloudRoles:
    """The roles of a stack, with the credentials of the environment."""
    regions = Regions()
    return CloudRoles(
        "aws",
        {
            "aurora": Aurora(stack, regions),
            "rds": Rds(stack, regions),
            "self-managed": SelfManaged(stack, from_secrets_manager(stack, regions)),
        },
        AclFences(stack, regions),
    )
