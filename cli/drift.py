"""What `tricenter preview` says beside the engine: settings of members that left the spec."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tricenter.lab.unwell import Unwell

CODES = frozenset({"settings-drift", "paused", "not-asked"})


def drift(stack: str) -> "tuple[Unwell, ...]":
    """Drift of the self-managed databases of a stack on a cloud; none where none is deployed.

    The engine knows files and machines, and never what the members share: they are asked. What
    cannot be asked from here is said; that is no reason for a preview to fail.
    """
    if target_of(stack) == "lab":
        return ()
    from tricenter.cli.role_change import open_roles
    from tricenter.roles.interface import RoleError
    from tricenter.roles.services import CloudRoles

    try:
        _, plan, _, roles = open_roles(stack)
        if not isinstance(roles, CloudRoles):
            return ()
        found = roles.unwell(plan).values()
    except RoleError:
        return ()
    return tuple(entry for entries in found for entry in entries if entry.code in CODES)


def target_of(stack: str) -> str:
    """The target that a stack's settings name."""
    from tricenter.cli.stack_settings import settings_here

    return settings_here(stack).target
