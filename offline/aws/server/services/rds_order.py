"""What RDS refuses about clusters: names taken, things not there, deletion in the wrong order."""

from typing import Any

from moto.rds.models import rds_backends

from tricenter.offline.aws.server.call import Call, refuse
from tricenter.offline.aws.server.services.rds_global import (
    appoint,
    every_global,
    global_of,
    why_unavailable,
    writer_of,
)
from tricenter.offline.aws.server.services.rds_things import things_exist

SERVICE = "rds"
CLUSTER_STATE = "InvalidDBClusterStateFault"
COMBINATION = "InvalidParameterCombination"


def _backend(call: Call) -> Any:
    return rds_backends[call.account][call.region]


def _name(call: Call) -> str:
    return str(call.params["DBClusterIdentifier"]).rpartition(":")[2].lower()


def new_cluster(call: Call) -> None:
    """A cluster's name must be free and what it names must exist."""
    if _name(call) in _backend(call).clusters:
        refuse("DBClusterAlreadyExistsFault", "DB Cluster already exists")
    things_exist(call)
    if "GlobalClusterIdentifier" in call.params:
        _joins(call)
    elif call.params.get("StorageEncrypted") is False and "KmsKeyId" in call.params:
        refuse(COMBINATION, "KmsKeyId needs StorageEncrypted")


def _joins(call: Call) -> None:
    """What a global cluster asks of a new member."""
    name = str(call.params["GlobalClusterIdentifier"]).lower()
    found = every_global(call.account).get(name)
    if found is None:
        refuse("GlobalClusterNotFoundFault", f"Global cluster {name} not found")
    if call.params["Engine"] != found.engine:
        refuse(COMBINATION, f"engine {call.params['Engine']}: {name} has {found.engine}")
    version = call.params.get("EngineVersion", found.engine_version)
    if str(version) != str(found.engine_version):
        refuse(COMBINATION, f"engine version {version}: {name} has {found.engine_version}")
    encrypted = bool(call.params.get("StorageEncrypted", found.storage_encrypted))
    if encrypted != bool(found.storage_encrypted):
        refuse(COMBINATION, f"encryption of storage must be as in {name}")
    if not found.members:
        return
    _is_secondary(call, found)


def _is_secondary(call: Call, found: Any) -> None:
    if any(cluster.region == call.region for cluster in found.members):
        refuse(COMBINATION, f"{found.resource_id} has a member in {call.region} already")
    for member in (
        "MasterUsername",
        "MasterUserPassword",
        "ManageMasterUserPassword",
        "DatabaseName",
    ):
        if call.params.get(member):
            refuse(COMBINATION, f"Cannot specify {member} for cross region replication cluster")
    if found.storage_encrypted and "KmsKeyId" not in call.params:
        refuse(COMBINATION, "KmsKeyId is needed for a cross-region encrypted cluster")
    reason = why_unavailable(call, writer_of(found))
    if reason:
        refuse("InvalidGlobalClusterStateFault", f"the primary cluster is not ready: {reason}")


def joined(call: Call) -> None:
    """A new member that is not the first replicates from the writer."""
    cluster = _backend(call).clusters[_name(call)]
    found = global_of(call.account, cluster)
    if found is None:
        return
    if len(found.members) == 1:
        appoint(found, cluster)
        found.database_name = found.database_name or call.params.get("DatabaseName")
    else:
        appoint(found, writer_of(found))
    if found.storage_encrypted:
        cluster.storage_encrypted = True


def changed_cluster(call: Call) -> None:
    """What a change names must exist, and so must the cluster."""
    if _name(call) not in _backend(call).clusters:
        refuse("DBClusterNotFoundFault", f"DBCluster {_name(call)} not found.")
    things_exist(call)


def gone_cluster(call: Call) -> None:
    """A cluster goes last: unprotected, empty, out of its global cluster, its snapshot settled."""
    cluster = _backend(call).clusters.get(_name(call))
    if cluster is None:
        refuse("DBClusterNotFoundFault", f"DBCluster {_name(call)} not found.")
    if cluster.deletion_protection:
        message = "Cannot delete protected Cluster, please disable deletion protection"
        refuse(COMBINATION, f"{message} and try again.")
    skip, final = call.params.get("SkipFinalSnapshot"), "FinalDBSnapshotIdentifier"
    if not skip and not call.params.get(final):
        refuse(COMBINATION, f"{final} is required unless SkipFinalSnapshot is specified.")
    if skip and call.params.get(final):
        refuse(COMBINATION, f"{final} cannot be specified with SkipFinalSnapshot.")
    if cluster.members:
        refuse(
            CLUSTER_STATE,
            "Cluster cannot be deleted, it still contains DB instances in non-deleting state.",
        )
    if global_of(call.account, cluster) is not None:
        refuse(
            CLUSTER_STATE,
            "This cluster is a part of a global cluster, please remove it from globalcluster first",
        )
    if not skip and call.params[final] in _backend(call).cluster_snapshots:
        refuse("DBClusterSnapshotAlreadyExistsFault", "the final snapshot exists already")


GUARDS = {
    "CreateDBCluster": new_cluster,
    "ModifyDBCluster": changed_cluster,
    "DeleteDBCluster": gone_cluster,
}
AFTER = {"CreateDBCluster": joined}
