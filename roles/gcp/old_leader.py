"""A leader of Cloud SQL from before a forced failover: how it comes to follow the new one.

With failover=true Cloud SQL makes the old primary a replica by itself, in an operation of its own
(RECONFIGURE_OLD_PRIMARY) that begins once the old primary is online again; one that is stopped is
not. It is named for the next disaster by its owner. Checked 2026-11-30: `promoteReplica` and
`operationType` of https://sqladmin.googleapis.com/$discovery/rest?version=v1,
https://docs.cloud.google.com/sql/docs/postgres/use-advanced-disaster-recovery
"""

from tricenter.roles.gcp.asking import Instances
from tricenter.roles.gcp.instances import PRIMARY, RUNS, Seen, followed_by, is_stopped
from tricenter.roles.interface import RoleError, Unfollowed
from tricenter.roles.seen import NotThere, Silent
from tricenter.roles.services import is_offline, until
from tricenter.topology.managed_instances import ManagedInstance
from tricenter.topology.plan import PlannedDatabase

RETURN_S, OFFLINE_S = 1800.0, 30.0
"""Seconds in which an old leader that is online has to follow: it may be made anew from a copy."""


def old_leaders(
    instances: tuple[ManagedInstance, ...], seen: Seen, leading: ManagedInstance | None
) -> tuple[ManagedInstance, ...]:
    """Those that follow nobody, run or not, while another one leads."""
    return tuple(
        instance
        for instance in instances
        if leading not in {None, instance}
        and (found := seen.get(instance.site)) is not None
        and found.get("instanceType") == PRIMARY
    )


def follows(ask: Instances, instance: ManagedInstance, leading: ManagedInstance) -> bool:
    """Whether an instance answers and follows the one that leads."""
    try:
        return followed_by((leading,), ask.get(instance), ask.name_of) == leading
    except (NotThere, Silent):
        return False


def await_return(
    ask: Instances,
    database: PlannedDatabase,
    instances: tuple[ManagedInstance, ...],
    leading: ManagedInstance,
) -> None:
    """Wait for old leaders that are online, and name them; those that are not are left for later.

    Unfollowed where one that is online does not follow in time.
    """
    for other in instances:
        if other == leading:
            continue
        try:
            now = ask.get(other)
        except (NotThere, Silent):
            continue
        if not is_stopped(now):
            try:
                bring_back(ask, database, other, leading)
            except RoleError as error:
                raise Unfollowed(str(error)) from None


def bring_back(
    ask: Instances, database: PlannedDatabase, old: ManagedInstance, leading: ManagedInstance
) -> None:
    """Start an old leader if it is stopped, wait until it follows, name it for disasters."""
    if is_stopped(ask.get(old)):
        ask.do("PATCH", old, body={"settings": {"activationPolicy": RUNS}})
    name = ask.name_of(old)
    try:
        until(
            lambda: follows(ask, old, leading),
            f"{database.name}: {name} follows {ask.name_of(leading)}",
            OFFLINE_S if is_offline() else RETURN_S,
        )
    except Silent:
        raise
    except RoleError as error:
        raise RoleError(
            f"{error}. Cloud SQL makes an old leader follow once it is online; one that was left a "
            f"leader of its own never does: delete {name}, and `tricenter up` makes it anew"
        ) from None
    ask.name_replica(leading, old)
