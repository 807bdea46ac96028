"""Which instance of RDS leads, where more than one stands alone after a forced failover."""

from collections.abc import Mapping
from typing import Any

from tricenter.roles.aws.calls import Regions
from tricenter.roles.aws.names import leads_to
from tricenter.roles.interface import RoleError

STOPPED = frozenset({"stopped", "stopping"})
SOURCE = "ReadReplicaSourceDBInstanceIdentifier"

Instances = Mapping[str, Mapping[str, Any] | None]
"""What AWS says by region; None for a region that is silent."""


def standing_in(found: Instances) -> tuple[str, ...]:
    """The regions of the running instances that copy nobody: one, but for a stale leader."""
    return tuple(
        region
        for region, instance in found.items()
        if instance is not None
        and not instance.get(SOURCE)
        and instance["DBInstanceStatus"] not in STOPPED
    )


def leading(
    regions: Regions, name: str | None, identifiers: Mapping[str, str], found: Instances
) -> str | None:
    """The region that leads; of several the one that the leader's `name` leads clients to.

    An instance does not tell when it was promoted, and its `identifiers` say nothing of roles. None
    for none, and where of several the name is not ours, or Route 53 does not answer.
    """
    standing = standing_in(found)
    if len(standing) < 2 or name is None:
        return standing[0] if len(standing) == 1 else None
    try:
        named = leads_to(regions, name, identifiers.values(), standing[0])
    except RoleError:
        return None
    return next((region for region in standing if identifiers[region] == named), None)
