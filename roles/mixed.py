"""Roles of a topology over two clouds: its databases are our own, and Patroni is asked."""

from tricenter.roles.self_managed import SelfManaged
from tricenter.roles.services import CloudRoles


def open_roles(stack: str) -> CloudRoles:
    """The roles of a stack; a managed service ends at its cloud, so none is here."""
    return CloudRoles("mixed", {"self-managed": SelfManaged(stack)})
