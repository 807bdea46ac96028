"""What a cluster of AlloyDB gets once it leads: its name, and the backups that a leader has."""

from collections.abc import Iterator
from typing import Any

from tricenter.roles.gcp.instances import holds
from tricenter.roles.gcp.rest import Google
from tricenter.roles.interface import RoleError
from tricenter.roles.services import part
from tricenter.topology.alloydb_settings import leader_backups
from tricenter.topology.dns.leader_name import google_zone, name_to_turn
from tricenter.topology.gcp_names import OWN_LABEL
from tricenter.topology.managed_instances import ManagedInstance
from tricenter.topology.plan import Plan, PlannedDatabase


def settle(
    google: Google,
    stack: str,
    plan: Plan,
    database: PlannedDatabase,
    leading: ManagedInstance,
    place: str,
) -> Iterator[str]:
    """Turn the leader's name to the cluster at a place, and have it take a leader's backups.

    Clients first: without backups a leader writes all the same. A sentence for each thing that
    could not be done; the roles are changed by then, and `tricenter up` does what is left.
    """
    try:
        _turn_name(google, stack, plan, database, place)
    except RoleError as error:
        yield f"{database.name} is led by {place}, but its name is not turned: {error}"
    try:
        _give_backups(google, plan, database, leading, place)
    except RoleError as error:
        yield f"{database.name} is led by {place}, but has no backups there: {error}"


def _turn_name(
    google: Google, stack: str, plan: Plan, database: PlannedDatabase, place: str
) -> None:
    own = name_to_turn(plan, database)
    if own is None:
        return
    instance = google.get("ALLOYDB", f"{place}/instances/{place.rpartition('/')[2]}")
    host = instance.get("ipAddress")
    if not host:
        raise RoleError("its instance has no address")
    zone = f"projects/{google.project(None)}/managedZones/{google_zone(stack)}"
    record: dict[str, Any] = {
        "name": f"{own.name}.",
        "type": own.kind,
        "ttl": own.ttl,
        "rrdatas": [host],
    }
    google.change("PATCH", "DNS", f"{zone}/rrsets/{own.name}./{own.kind}", record)


def _give_backups(
    google: Google, plan: Plan, database: PlannedDatabase, leading: ManagedInstance, place: str
) -> None:
    """With the cluster's own key and labels, as the program declares them."""
    now = google.get("ALLOYDB", place)
    wanted = leader_backups(
        plan,
        database,
        leading.region,
        key=part(now, "encryptionConfig").get("kmsKeyName"),
        labels={k: str(v) for k, v in part(now, "labels").items() if k.startswith(OWN_LABEL)},
    )
    if holds(now, wanted):
        return
    query = {"updateMask": ",".join(wanted)}
    operation = google.change("PATCH", "ALLOYDB", place, wanted, query)
    google.wait("ALLOYDB", str(operation["name"]))
