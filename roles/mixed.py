"""Roles of a topology over two clouds: its databases are our own, and Patroni is asked."""

from tricenter.roles.aws.calls import Regions
from tricenter.roles.aws.operator import from_secrets_manager
from tricenter.roles.self_managed import SelfManaged
from tricenter.roles.services import CloudRoles


def open_roles(stack: str) -> CloudRoles:
    """The roles of a stack; a managed service ends at its cloud, so none is here.

    The one authority of both clouds' sites is kept on AWS.
    """
    own = SelfManaged(stack, from_secrets_manager(stack, Regions()))
    return CloudRoles("mixed", {"self-managed": own})
