"""What Cloud SQL's instances say of their roles: plain reading, no request."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tricenter.roles.seen import only
from tricenter.roles.services import part
from tricenter.topology.managed_instances import ManagedInstance
from tricenter.topology.plan import Plan, PlannedDatabase

PRIMARY = "CLOUD_SQL_INSTANCE"
RUNS, STOPPED = "ALWAYS", "NEVER"

Seen = Mapping[str, Mapping[str, Any] | None]
"""What Google says of each instance, by its site; None for one that is silent."""


CHANGES = frozenset({"PROMOTE_REPLICA", "SWITCHOVER"})
"""Operations by which their target leads. Checked 2026-11-30: `Operation.operationType` of
https://sqladmin.googleapis.com/$discovery/rest?version=v1"""


def leading_of(instances: tuple[ManagedInstance, ...], seen: Seen) -> ManagedInstance | None:
    """The one running instance that follows nobody; None for none, or two."""
    return only(running_primaries(instances, seen))


def running_primaries(
    instances: tuple[ManagedInstance, ...], seen: Seen
) -> tuple[ManagedInstance, ...]:
    """Those that follow nobody and run: two after a forced failover, until the old one follows."""
    return tuple(
        instance
        for instance in instances
        if (found := seen.get(instance.site)) is not None
        and found.get("instanceType") == PRIMARY
        and not is_stopped(found)
    )


def is_stopped(seen: Mapping[str, Any]) -> bool:
    """Whether an instance is kept from running by its settings."""
    return part(seen, "settings").get("activationPolicy", RUNS) == STOPPED


def led_since(operations: Iterable[Mapping[str, Any]], name: str) -> str:
    """When an instance was made the leader last, as the cloud writes times; empty for never."""
    return max(
        (
            str(one.get("endTime") or "")
            for one in operations
            if one.get("operationType") in CHANGES
            and one.get("targetId") == name
            and one.get("status") == "DONE"
            and not one.get("error")
        ),
        default="",
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
