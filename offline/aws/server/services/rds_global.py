"""Aurora global databases: members join, the writer moves, planned or forced, and members leave.

moto keeps global clusters, but not the calls that change them (moto 5.2.5).
"""

from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any, cast

from moto.moto_api._internal import mock_random
from moto.rds import models as moto_rds
from moto.rds.models import rds_backends

from tricenter.offline.aws.server.call import Call, refuse
from tricenter.offline.aws.server.regions import lost

SERVICE = "rds"
HOME = "us-east-1"
"""Where moto keeps what has no region."""
STATE = "InvalidGlobalClusterStateFault"

# moto draws the names of managed secrets from a source that no seed reaches.
cast(Any, moto_rds).uuid = mock_random


def every_global(account: str) -> MutableMapping[str, Any]:
    """All global clusters of an account by name."""
    return rds_backends[account][HOME].global_clusters


def find_global(call: Call) -> Any:
    """The global cluster that a call is about; refuses if there is none."""
    name = str(call.params["GlobalClusterIdentifier"]).rpartition(":")[2].lower()
    found = every_global(call.account).get(name)
    if found is None:
        refuse("GlobalClusterNotFoundFault", f"Global cluster {name} not found")
    return found


def global_of(account: str, cluster: Any) -> Any:
    """The global cluster that a cluster is a member of, or None."""
    everything = every_global(account).values()
    return next((found for found in everything if cluster in found.members), None)


def _member(found: Any, name: str) -> Any:
    for cluster in found.members:
        if name in {cluster.db_cluster_arn, cluster.db_cluster_identifier}:
            return cluster
    return refuse("DBClusterNotFoundFault", f"{name} is not a member of {found.resource_id}")


def writer_of(found: Any) -> Any:
    """The member that takes writes, or None while there is no member."""
    return next((cluster for cluster in found.members if cluster.is_writer), None)


def why_unavailable(call: Call, cluster: Any) -> str:
    """Why a member cannot lead now, empty if it can."""
    if lost(call.tables, cluster.region):
        return f"region {cluster.region} of {cluster.db_cluster_identifier} does not answer"
    if cluster.status not in {"available", "creating"}:
        return f"{cluster.db_cluster_identifier} is {cluster.status}"
    instances = [instance for instance in cluster.members if instance.status != "stopped"]
    return "" if instances else f"{cluster.db_cluster_identifier} has no available instance"


def appoint(found: Any, target: Any) -> None:
    """Make one member the writer; all others replicate from it, as the API shows it."""
    for cluster in found.members:
        cluster.is_writer = cluster is target
        cluster.replication_source_identifier = None if cluster is target else target.db_cluster_arn


def create(call: Call) -> Mapping[str, Any]:
    """Make a global cluster; moto forgets the database's name and the tags."""
    given = call.params
    if str(given["GlobalClusterIdentifier"]).lower() in every_global(call.account):
        refuse("GlobalClusterAlreadyExistsFault", "Global cluster already exists")
    source = given.get("SourceDBClusterIdentifier")
    home = rds_backends[call.account][HOME]
    if source is not None:
        home = rds_backends[call.account][str(source).split(":")[3]]
    made: Any = home.create_global_cluster(
        global_cluster_identifier=given["GlobalClusterIdentifier"],
        source_db_cluster_identifier=source,
        engine=given.get("Engine"),
        engine_version=given.get("EngineVersion"),
        storage_encrypted=given.get("StorageEncrypted"),
        deletion_protection=given.get("DeletionProtection"),
    )
    home.global_clusters.pop(made.resource_id, None)
    every_global(call.account)[made.resource_id] = made
    made.database_name = given.get("DatabaseName")
    made.engine_lifecycle_support = given.get(
        "EngineLifecycleSupport", "open-source-rds-extended-support"
    )
    made.tags = given.get("Tags") or []
    if made.members:
        appoint(made, made.members[0])
        made.storage_encrypted = made.members[0].storage_encrypted
    return {"GlobalCluster": made}


def describe(call: Call) -> Mapping[str, Any]:
    """One global cluster or all, with their members, from any region."""
    if "GlobalClusterIdentifier" in call.params:
        return {"GlobalClusters": [find_global(call)]}
    return {"GlobalClusters": list(_filtered(call))}


def _filtered(call: Call) -> Iterator[Any]:
    wanted = {f["Name"]: set(f["Values"]) for f in call.params.get("Filters", [])}
    for found in every_global(call.account).values():
        regions = {cluster.region for cluster in found.members}
        if wanted.get("region", regions) & regions or "region" not in wanted:
            yield found


def modify(call: Call) -> Mapping[str, Any]:
    """Protection, version or name; a version goes to every member."""
    found, given = find_global(call), call.params
    if "DeletionProtection" in given:
        found.deletion_protection = given["DeletionProtection"]
    if "EngineVersion" in given:
        found.engine_version = given["EngineVersion"]
        # An instance tells its cluster's version, and takes none of its own (moto 5.2.5).
        for cluster in found.members:
            cluster.engine_version = given["EngineVersion"]
    if "NewGlobalClusterIdentifier" in given:
        everything = every_global(call.account)
        del everything[found.resource_id]
        found.global_cluster_identifier = given["NewGlobalClusterIdentifier"]
        everything[found.resource_id] = found
    return {"GlobalCluster": found}


def delete(call: Call) -> Mapping[str, Any]:
    """Remove a global cluster that is neither protected nor has members."""
    found = find_global(call)
    if found.deletion_protection:
        message = "Cannot delete protected Global Cluster, please disable deletion protection"
        refuse(STATE, f"{message} and try again.")
    if found.members:
        refuse(STATE, f"Global Cluster {found.global_cluster_arn} is not empty")
    return {"GlobalCluster": every_global(call.account).pop(found.resource_id)}


def remove(call: Call) -> Mapping[str, Any]:
    """Let a member go, which is then a cluster of its own; the writer goes last."""
    found = find_global(call)
    if "DbClusterIdentifier" not in call.params:
        refuse("InvalidParameterValue", "DbClusterIdentifier is required")
    cluster = _member(found, call.params["DbClusterIdentifier"])
    if cluster.is_writer and len(found.members) > 1:
        refuse(
            STATE,
            f"{cluster.db_cluster_arn} is the primary cluster: remove the secondary ones first",
        )
    found.members.remove(cluster)
    cluster.is_writer = False
    cluster.global_cluster_identifier = None
    cluster.replication_source_identifier = None
    return {"GlobalCluster": found}


def _target(call: Call, found: Any) -> Any:
    target = _member(found, call.params["TargetDbClusterIdentifier"])
    if target.is_writer:
        refuse("InvalidDBClusterStateFault", f"{target.db_cluster_arn} is the primary already")
    reason = why_unavailable(call, target)
    if reason:
        refuse("InvalidDBClusterStateFault", reason)
    return target


def switchover(call: Call) -> Mapping[str, Any]:
    """The planned change of writers: nothing is lost, so every member must be there.

    Asked at the region of the writer, as the guide has it (checked 2026-11-30):
    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-disaster-recovery.html
    """
    found = find_global(call)
    target = _target(call, found)
    primary = next(cluster.region for cluster in found.members if cluster.is_writer)
    if call.region != primary:
        refuse(STATE, f"a switchover is asked at the primary's region, {primary}")
    for cluster in found.members:
        reason = why_unavailable(call, cluster)
        if reason:
            refuse(STATE, f"a switchover needs every member: {reason}")
        if cluster.engine_version != target.engine_version:
            refuse(STATE, "a switchover needs the same engine version in every member")
    appoint(found, target)
    return {"GlobalCluster": found}


def failover(call: Call) -> Mapping[str, Any]:
    """The forced change with AllowDataLoss; without it the API makes a switchover of it.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_FailoverGlobalCluster.html,
    checked 2026-11-24.
    """
    if call.params.get("AllowDataLoss") and call.params.get("Switchover"):
        refuse("InvalidParameterCombination", "AllowDataLoss and Switchover exclude each other")
    if not call.params.get("AllowDataLoss"):
        return switchover(call)
    found = find_global(call)
    target = _target(call, found)
    if call.region != target.region:
        refuse(STATE, f"a failover is asked at the region that takes over, {target.region}")
    appoint(found, target)
    return {"GlobalCluster": found}


ANSWERS = {
    "CreateGlobalCluster": create,
    "DescribeGlobalClusters": describe,
    "ModifyGlobalCluster": modify,
    "DeleteGlobalCluster": delete,
    "RemoveFromGlobalCluster": remove,
    "SwitchoverGlobalCluster": switchover,
    "FailoverGlobalCluster": failover,
}
