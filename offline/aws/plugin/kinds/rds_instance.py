"""RDS instances outside clusters, their replicas, and copies of their backups in other regions."""

# ruff: noqa: ARG001, ARG005 - the functions of a row all have the same form

from typing import Any

from tricenter.offline.aws.model import input_shape
from tricenter.offline.aws.plugin.cloud import ApiError
from tricenter.offline.aws.plugin.kind import At, Found, Kind, called
from tricenter.offline.aws.plugin.kinds.rds_cluster import (
    INSTANCE_NAMES,
    INSTANCE_READS,
    find_instance,
)
from tricenter.offline.aws.plugin.values import Props

NOT_OURS = {"clusterIdentifier", "dbParameterGroupName"}
"""What only members of clusters have by that name."""
NAMES = {
    **{k: v for k, v in INSTANCE_NAMES.items() if k not in NOT_OURS},
    "allocatedStorage": "AllocatedStorage",
    "backupWindow": "PreferredBackupWindow",
    "maintenanceWindow": "PreferredMaintenanceWindow",
    "dbName": "DBName",
    "parameterGroupName": "DBParameterGroupName",
    "multiAz": "MultiAZ",
    "username": "MasterUsername",
    "password": "MasterUserPassword",
    "passwordWo": "MasterUserPassword",
    "passwordWoVersion": "",
    "iamDatabaseAuthenticationEnabled": "EnableIAMDatabaseAuthentication",
    "enabledCloudwatchLogsExports": "EnableCloudwatchLogsExports",
    "customerOwnedIpEnabled": "EnableCustomerOwnedIp",
}
READS = {
    **{k: v for k, v in INSTANCE_READS.items() if k not in {"endpoint", "clusterIdentifier"}},
    "address": "Endpoint.Address",
    "hostedZoneId": "Endpoint.HostedZoneId",
    "backupWindow": "PreferredBackupWindow",
    "maintenanceWindow": "PreferredMaintenanceWindow",
    "dbName": "DBName",
    "multiAz": "MultiAZ",
    "username": "MasterUsername",
    "iamDatabaseAuthenticationEnabled": "IAMDatabaseAuthenticationEnabled",
    "resourceId": "DbiResourceId",
    "status": "DBInstanceStatus",
    "parameterGroupName": "",
    "vpcSecurityGroupIds": "",
    "replicateSourceDb": "",
    "replicas": "",
    "password": "",
    "endpoint": "",
    "masterUserSecrets": "",
    "latestRestorableTime": "",
}
REPLICA = "CreateDBInstanceReadReplica"
SECRET, MAJOR = "passwordWoVersion", "allowMajorVersionUpgrade"


def _create_replica(at: At, request: dict[str, Any]) -> Any:
    # What a replica has from its source, its creation does not take.
    members = input_shape("rds", REPLICA).members
    # Storage neither: RDS gives a copy its source's, and the real provider asks for none.
    own = members.keys() - {"AllocatedStorage"}
    taken = {key: value for key, value in request.items() if key in own}
    source = str(at.props["replicateSourceDb"])
    taken["SourceDBInstanceIdentifier"] = source
    if source.startswith("arn:"):
        taken["SourceRegion"] = source.split(":")[3]
    return at.call(REPLICA, taken)


def _outputs(at: At, found: Found) -> Props:
    groups = [group["DBParameterGroupName"] for group in found.get("DBParameterGroups", [])]
    where = found.get("Endpoint", {})
    secret = found.get("MasterUserSecret")
    return {
        "endpoint": f"{where.get('Address')}:{where.get('Port')}",
        "parameterGroupName": groups[0] if groups else None,
        "vpcSecurityGroupIds": [
            group["VpcSecurityGroupId"] for group in found.get("VpcSecurityGroups", [])
        ],
        "replicateSourceDb": found.get("ReadReplicaSourceDBInstanceIdentifier"),
        "replicas": found.get("ReadReplicaDBInstanceIdentifiers", []),
        "masterUserSecrets": [
            {"secretArn": secret["SecretArn"], "secretStatus": secret.get("SecretStatus")}
        ]
        if secret
        else [],
    }


def _settle(at: At, old: Props | None) -> None:
    if old is None:
        if at.props.get("replicateSourceDb") and at.props.get("backupRetentionPeriod"):
            days = at.props["backupRetentionPeriod"]
            request = {"DBInstanceIdentifier": at.id, "BackupRetentionPeriod": days}
            at.call("ModifyDBInstance", {**request, "ApplyImmediately": True})
        return
    if old.get("replicateSourceDb") and not at.props.get("replicateSourceDb"):
        at.call("PromoteReadReplica", {"DBInstanceIdentifier": at.id})


def _delete(at: At) -> None:
    skip = bool(at.props.get("skipFinalSnapshot"))
    final = at.props.get("finalSnapshotIdentifier")
    replica = bool(find_instance(at).get("ReadReplicaSourceDBInstanceIdentifier"))
    if not skip and not final and not replica:
        raise ApiError(
            "DeleteDBInstance",
            "InvalidParameterCombination",
            "finalSnapshotIdentifier is needed when skipFinalSnapshot is not true",
        )
    request = {
        "DBInstanceIdentifier": at.id,
        "SkipFinalSnapshot": skip or replica,
        "DeleteAutomatedBackups": at.props.get("deleteAutomatedBackups", True),
    }
    if not request["SkipFinalSnapshot"]:
        request["FinalDBSnapshotIdentifier"] = final
    at.call("DeleteDBInstance", request)


def _grown(name: str, old: Props, new: Props) -> bool:
    """Storage that has grown by itself is no difference, as the real provider sees it.

    https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/db_instance
    (`max_allocated_storage`, checked 2026-11-30)
    """
    if name != "allocatedStorage" or not {name} <= old.keys() & new.keys():
        return False
    return old[name] > new[name] and new.get("maxAllocatedStorage", 0) > new[name]


INSTANCE = Kind(
    sdk_name="rds.Instance",
    service="rds",
    create="CreateDBInstance",
    create_otherwise=lambda at, request: (
        _create_replica(at, request) if at.props.get("replicateSourceDb") else None
    ),
    identity="answer.DBInstance.DBInstanceIdentifier",
    find=find_instance,
    delete=_delete,
    gone=frozenset({"DBInstanceNotFound", "DBInstanceNotFoundFault"}),
    names={**NAMES, "replicateSourceDb": ""},
    own=frozenset(
        {
            "applyImmediately",
            MAJOR,
            "skipFinalSnapshot",
            "finalSnapshotIdentifier",
            "deleteAutomatedBackups",
            "upgradeStorageConfig",
        }
    ),
    request=lambda props: (
        {"Engine": props.get("engine", "postgres")} if "replicateSourceDb" in props else {}
    ),
    modify="ModifyDBInstance",
    modify_names={
        "replicateSourceDb": "DBInstanceIdentifier",
        SECRET: "MasterUserPassword",
        "enabledCloudwatchLogsExports": "CloudwatchLogsExportConfiguration.EnableLogTypes",
    },
    modify_without=frozenset({"replicateSourceDb"}),
    modify_with=lambda props, changed: (
        {
            **({"MasterUserPassword": props.get("passwordWo")} if SECRET in changed else {}),
            **({"AllowMajorVersionUpgrade": True} if props.get(MAJOR) else {}),
        }
    ),
    target=lambda at: {"DBInstanceIdentifier": at.id, "ApplyImmediately": True},
    replace=frozenset({"identifier", "engine", "dbName", "username", "availabilityZone"}),
    settle=_settle,
    reads=READS,
    outputs=_outputs,
    autoname="identifier",
    overlooked=_grown,
    tagged=lambda at, found: at.arn(f"db:{at.id}"),
    check=lambda props: (
        {}
        if "engine" in props or "replicateSourceDb" in props or "snapshotIdentifier" in props
        else {"engine": "is required unless the instance is a replica or restored"}
    ),
    computed=frozenset(
        {
            "availabilityZone",
            "backupWindow",
            "dbSubnetGroupName",
            "engineVersion",
            "kmsKeyId",
            "maintenanceWindow",
            "parameterGroupName",
            "port",
            "username",
            "vpcSecurityGroupIds",
        }
    ),
)


def _find_replication(at: At) -> Any:
    filters = [{"Name": "db-instance-automated-backups-arn", "Values": [at.id]}]
    copies = at.call("DescribeDBInstanceAutomatedBackups", {"Filters": filters})
    found = copies["DBInstanceAutomatedBackups"]
    return next((c for c in found if c.get("DBInstanceAutomatedBackupsArn") == at.id), None)


BACKUPS = Kind(
    sdk_name="rds.InstanceAutomatedBackupsReplication",
    service="rds",
    create="StartDBInstanceAutomatedBackupsReplication",
    identity="answer.DBInstanceAutomatedBackup.DBInstanceAutomatedBackupsArn",
    find=_find_replication,
    delete=called(
        "StopDBInstanceAutomatedBackupsReplication",
        lambda at: {"SourceDBInstanceArn": at.props["sourceDbInstanceArn"]},
    ),
    gone=frozenset({"DBInstanceAutomatedBackupNotFound", "DBInstanceNotFound"}),
    names={"retentionPeriod": "BackupRetentionPeriod"},
    reads={
        "retentionPeriod": "BackupRetentionPeriod",
        "sourceDbInstanceArn": "DBInstanceArn",
    },
)

KINDS = [INSTANCE, BACKUPS]
