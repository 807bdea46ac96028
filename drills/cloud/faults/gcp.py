"""Faults on Google Cloud, which has no service for them: the calls of each service's own interface.

A managed instance cannot be destroyed from outside. A lost zone is the service's own failover, a
lost region is the leader's instance stopped: its disks and its copies stay. (checked 2026-11-24)
https://docs.cloud.google.com/sql/docs/postgres/configure-ha
"""

from collections.abc import Iterator, Mapping
from typing import Any

from tricenter.drills.cloud.faults import Say, sites_on
from tricenter.drills.cloud.google import machines_of
from tricenter.roles.gcp.rest import Google, NotThere
from tricenter.roles.services import part
from tricenter.topology.gcp_names import gcp_name
from tricenter.topology.managed_instances import ManagedInstance, instance_of, managed_instances
from tricenter.topology.plan import Plan, PlannedDatabase

STOPPED, RUNS = "NEVER", "ALWAYS"
LEADS = "CLOUD_SQL_INSTANCE"


def strike(
    stack: str,
    plan: Plan,
    scenario: str,
    sites: tuple[str, ...],
    roles: Mapping[str, str],
    say: Say,
) -> None:
    """Lose the sites: leaders there fail over or stop, and machines are stopped."""
    google = Google()
    struck = sites_on(plan, "gcp", sites)
    zone_alone = scenario.startswith("lose-site")
    for database, instance in _led(plan, roles, struck):
        name = gcp_name(stack, instance.site, database.name)
        if database.service == "cloud-sql" and zone_alone and len(instance.sites) > 1:
            _fail_over(google, instance, name, say)
        elif database.service == "cloud-sql":
            _set_policy(google, instance, name, STOPPED)
            say(f"sql.instances.patch {name}: activationPolicy {STOPPED}")
        elif database.service == "alloydb":
            _stop_alloydb(google, instance, name, say)
    for path, machine in machines_of(google, plan, struck, stack):
        if machine.get("status") == "RUNNING":
            google.change("POST", "COMPUTE", f"{path}/stop")
            say(f"compute.instances.stop {machine['name']}")


def heal(stack: str, plan: Plan, say: Say) -> None:
    """Start machines and instances that are stopped."""
    google = Google()
    sites = sites_on(plan, "gcp", tuple(host.name for host in plan.sites))
    for database in plan.databases:
        if database.service != "cloud-sql":
            continue
        for instance in managed_instances(plan, database):
            name = gcp_name(stack, instance.site, database.name)
            try:
                found = google.get("SQL", _path(google, instance, name))
            except NotThere:
                continue
            if part(found, "settings").get("activationPolicy") == STOPPED:
                _set_policy(google, instance, name, RUNS)
                say(f"sql.instances.patch {name}: activationPolicy {RUNS}")
    for path, machine in machines_of(google, plan, sites, stack):
        if machine.get("status") == "TERMINATED":
            google.change("POST", "COMPUTE", f"{path}/start")
            say(f"compute.instances.start {machine['name']}")


def _led(
    plan: Plan, roles: Mapping[str, str], sites: tuple[str, ...]
) -> Iterator[tuple[PlannedDatabase, ManagedInstance]]:
    """The managed databases that are led from these sites, with the instance that leads."""
    for database in plan.databases:
        if roles.get(database.name) in sites and database.service in {"cloud-sql", "alloydb"}:
            yield database, instance_of(managed_instances(plan, database), roles[database.name])


def _fail_over(google: Google, instance: ManagedInstance, name: str, say: Say) -> None:
    path = _path(google, instance, name)
    version = part(google.get("SQL", path), "settings").get("settingsVersion")
    context = {"kind": "sql#failoverContext", "settingsVersion": version}
    operation = google.change("POST", "SQL", f"{path}/failover", {"failoverContext": context})
    say(f"sql.instances.failover {name}")
    _wait(google, instance, operation)


def _set_policy(google: Google, instance: ManagedInstance, name: str, policy: str) -> None:
    body = {"settings": {"activationPolicy": policy}}
    _wait(google, instance, google.change("PATCH", "SQL", _path(google, instance, name), body))


def _wait(google: Google, instance: ManagedInstance, operation: Mapping[str, Any]) -> None:
    project = google.project(instance.owner)
    google.wait("SQL", f"projects/{project}/operations/{operation['name']}")


def _stop_alloydb(google: Google, instance: ManagedInstance, name: str, say: Say) -> None:
    """AlloyDB stops a leader's machine for tests; a whole region cannot be stopped.

    https://docs.cloud.google.com/alloydb/docs/reference/rest/v1beta/projects.locations.clusters.instances/injectFault
    """
    project = google.project(instance.owner)
    where = f"projects/{project}/locations/{instance.region}"
    google.change(
        *("POST", "ALLOYDB", f"{where}/clusters/{name}/instances/{name}:injectFault"),
        {"faultType": "STOP_VM"},
    )
    say(f"alloydb.instances.injectFault {name}: STOP_VM")


def _path(google: Google, instance: ManagedInstance, name: str) -> str:
    return f"projects/{google.project(instance.owner)}/instances/{name}"
