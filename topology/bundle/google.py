"""The calls to Google: Cloud SQL and AlloyDB at the global host, then at the survivor's own."""

import json

from tricenter.topology.bundle.model import Call, Expect
from tricenter.topology.endpoints import host_of, regional_host
from tricenter.topology.gcp_names import gcp_name

PROJECT = "{project}"
"""Filled in when a bundle runs, where the spec names no project."""
JSON = {"Content-Type": "application/json"}
ROLE_CHANGE_S = 3600
"""Seconds to wait for a change of roles, as Google's own command line does."""


def sql_instance(stack: str, site: str, database: str) -> str:
    """The name of the instance that stands for a site and its neighbours."""
    return gcp_name(stack, site, database)


def sql(
    region: str,
    project: str | None,
    operation: str,
    instance: str,
    *,
    method: str = "POST",
    suffix: str = "",
    body: object = None,
    by_hand: str = "",
    **more: object,
) -> Call:
    """One call to Cloud SQL."""
    path = f"/v1/projects/{project or PROJECT}/instances/{instance}{suffix}"
    return Call(
        cloud="gcp",
        service="sqladmin",
        operation=f"instances.{operation}",
        region=region,
        method=method,
        urls=_urls("sqladmin", region, path),
        headers=JSON,
        body="" if body is None else json.dumps(body, sort_keys=True),
        by_hand=f"{by_hand or f'gcloud sql instances describe {instance}'} "
        f"--project={project or PROJECT}",
        **more,  # pyright: ignore[reportArgumentType]
    )


def observe_sql(region: str, project: str | None, instance: str) -> Call:
    """Ask what an instance is, and keep the version of its settings."""
    kept = {"settingsVersion": "settings.settingsVersion"}
    return sql(region, project, "get", instance, method="GET", save=kept)


def change_sql_region(region: str, project: str | None, instance: str, *, forced: bool) -> Call:
    """Make a replica lead: planned, or with what has not arrived lost.

    Forced without `failover=true` the old leader would come back as a second leader.
    """
    if forced:
        return sql(
            region,
            project,
            "promoteReplica",
            instance,
            suffix="/promoteReplica?failover=true",
            by_hand=f"gcloud sql instances promote-replica {instance} --failover",
        )
    return sql(
        region,
        project,
        "switchover",
        instance,
        suffix="/switchover?dbTimeout=600s",
        by_hand=f"gcloud sql instances switchover {instance}",
    )


def name_sql_next(region: str, project: str | None, instance: str, copy: str) -> Call:
    """Have a leader name the copy that takes over next: an old leader, once it follows."""
    named = f"{project or PROJECT}:{copy}"
    return sql(
        region,
        project,
        "patch",
        instance,
        method="PATCH",
        body={"replicationCluster": {"failoverDrReplicaName": named}},
        by_hand=f"gcloud sql instances patch {instance} --failover-dr-replica-name={named}",
    )


def move_sql_zone(region: str, project: str | None, instance: str) -> Call:
    """Move a regional instance to its other zone."""
    return sql(
        region,
        project,
        "failover",
        instance,
        suffix="/failover",
        body={"failoverContext": {"settingsVersion": "{settingsVersion}"}},
        by_hand=f"gcloud sql instances failover {instance}",
    )


def sql_leads(region: str, project: str | None, instance: str) -> Call:
    """Wait until an instance runs and is nobody's replica."""
    lead = Expect(equals={"instanceType": "CLOUD_SQL_INSTANCE", "state": "RUNNABLE"})
    return sql(region, project, "get", instance, method="GET", expect=lead, seconds=ROLE_CHANGE_S)


def alloydb(
    region: str,
    project: str | None,
    operation: str,
    cluster: str,
    *,
    instance: str = "",
    by_hand: str = "",
    **more: object,
) -> Call:
    """One call to AlloyDB about a cluster, or about an instance in it.

    A promotion has the old leader follow, which only v1beta knows (checked 2026-11-30:
    https://alloydb.googleapis.com/$discovery/rest?version=v1beta); without that two would lead.
    """
    verb = "" if operation == "get" else f":{operation}"
    version = "v1beta" if operation == "promote" else "v1"
    path = f"/{version}/projects/{project or PROJECT}/locations/{region}/clusters/{cluster}"
    what = f"/instances/{instance}" if instance else ""
    shown = "describe" if operation == "get" else operation
    return Call(
        cloud="gcp",
        service="alloydb",
        operation=f"projects.locations.clusters{'.instances' if what else ''}.{operation}",
        region=region,
        method="GET" if operation == "get" else "POST",
        urls=_urls("alloydb", region, f"{path}{what}{verb}"),
        headers=JSON,
        body={"get": "", "promote": json.dumps({"failover": True})}.get(operation, "{}"),
        by_hand=by_hand
        or f"gcloud alloydb clusters {shown} {cluster} --region={region} "
        f"--project={project or PROJECT}",
        **more,  # pyright: ignore[reportArgumentType]
    )


def alloydb_leads(region: str, project: str | None, cluster: str) -> Call:
    """Wait until a cluster is the primary one."""
    lead = Expect(equals={"clusterType": "PRIMARY", "state": "READY"})
    return alloydb(region, project, "get", cluster, expect=lead, seconds=ROLE_CHANGE_S)


def _urls(service: str, region: str, path: str) -> tuple[str, ...]:
    own = regional_host(service, region)
    hosts = [host_of("gcp", service, region), *([own] if own else [])]
    return tuple(f"https://{host}{path}" for host in hosts)
