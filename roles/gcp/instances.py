"""What Cloud SQL's instances say of their roles: plain reading, no request."""

from collections.abc import Callable, Mapping
from typing import Any

from tricenter.roles.seen import only
from tricenter.roles.services import part
from tricenter.topology.managed_instances import ManagedInstance
from tricenter.topology.plan import Plan, PlannedDatabase

PRIMARY = "CLOUD_SQL_INSTANCE"
RUNS, STOPPED = "ALWAYS", "NEVER"

Seen = Mapping[str, Mapping[str, Any] | None]
"""What Google says of each instance, by its site; None for one that is silent."""


def leading_of(instances: tuple[ManagedInstance, ...], seen: Seen) -> ManagedInstance | None:
    """The one running instance that follows nobody; None for none, or two."""
    return only(
        instance
        for instance in instances
        if (found := seen.get(instance.site)) is not None
        and found.get("instanceType") == PRIMARY
        and part(found, "settings").get("activationPolicy", RUNS) != STOPPED
    )


def followed_by(
    instances: tuple[ManagedInstance, ...],
    follower: Mapping[str, Any],
    name: Callable[[ManagedInstance], str],
) -> ManagedInstance | None:
    """The instance that a replica follows."""
    master = str(follower.get("masterInstanceName") or "").rpartition(":")[2]
    return next((instance for instance in instances if name(instance) == master), None)


def site_of(
    plan: Plan,
    database: PlannedDatabase,
    instance: ManagedInstance,
    seen: Mapping[str, Any] | None,
) -> str:
    """The site in whose zone an instance runs; in none of them, the preferred or first one."""
    zone = (seen or {}).get("gceZone")
    for site in instance.sites:
        place = plan.host(site).place
        if place is not None and place.zone == zone:
            return site
    return database.prefer if database.prefer in instance.sites else instance.site


def holds(now: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether all that is wanted is there with the same value."""

    def same(key: str, value: Any) -> bool:
        if isinstance(value, dict):
            return holds(part(now, key), value)  # pyright: ignore[reportUnknownArgumentType]
        # Numbers of 64 bits come as texts.
        return str(now.get(key)) == str(value)

    return all(same(key, value) for key, value in wanted.items())
