"""Aurora and Multi-AZ DB clusters, and their instances."""

# ruff: noqa: ARG001, ARG005 - the functions of a row all have the same form

from collections.abc import Mapping
from typing import Any

from tricenter.offline.aws.plugin.cloud import ApiError
from tricenter.offline.aws.plugin.kind import At, Found, Kind, called, described
from tricenter.offline.aws.plugin.values import Props

NAMES = {
    "clusterIdentifier": "DBClusterIdentifier",
    "clusterIdentifierPrefix": "",
    "dbClusterParameterGroupName": "DBClusterParameterGroupName",
    "dbInstanceParameterGroupName": "",
    "enabledCloudwatchLogsExports": "EnableCloudwatchLogsExports",
    "iamDatabaseAuthenticationEnabled": "EnableIAMDatabaseAuthentication",
    "masterPassword": "MasterUserPassword",
    "masterPasswordWo": "MasterUserPassword",
    "masterPasswordWoVersion": "",
    "performanceInsightsEnabled": "EnablePerformanceInsights",
    "performanceInsightsKmsKeyId": "PerformanceInsightsKMSKeyId",
    "caCertificateIdentifier": "CACertificateIdentifier",
    "serverlessv2ScalingConfiguration": "ServerlessV2ScalingConfiguration",
}
READS = {
    "clusterIdentifier": "DBClusterIdentifier",
    "clusterResourceId": "DbClusterResourceId",
    "dbClusterParameterGroupName": "DBClusterParameterGroup",
    "dbSubnetGroupName": "DBSubnetGroup",
    "enabledCloudwatchLogsExports": "EnabledCloudwatchLogsExports",
    "iamDatabaseAuthenticationEnabled": "IAMDatabaseAuthenticationEnabled",
    "arn": "DBClusterArn",
    "engineVersionActual": "EngineVersion",
    "replicationSourceIdentifier": "ReplicationSourceIdentifier",
    "clusterIdentifierPrefix": "",
    "iamRoles": "",
    "clusterMembers": "",
    "vpcSecurityGroupIds": "",
    "enableGlobalWriteForwarding": "GlobalWriteForwardingRequested",
    "masterUserSecrets": "",
    "serverlessv2ScalingConfiguration": "ServerlessV2ScalingConfiguration",
    "masterPassword": "",
}


def find_cluster(at: At) -> Any:
    """A cluster, with the global cluster that it is a member of."""
    found = described(
        "DescribeDBClusters", lambda at: {"DBClusterIdentifier": at.id}, "DBClusters[0]"
    )(at)
    # The real provider asks the global clusters, since the cluster's own description does not say.
    for candidate in at.call("DescribeGlobalClusters", {})["GlobalClusters"]:
        for member in candidate.get("GlobalClusterMembers", []):
            if member["DBClusterArn"] == found["DBClusterArn"]:
                found["GlobalClusterIdentifier"] = candidate["GlobalClusterIdentifier"]
    return found


def _outputs(at: At, found: Found) -> Props:
    secret = found.get("MasterUserSecret")
    told = {
        "secretArn": "SecretArn",
        "secretStatus": "SecretStatus",
        "kmsKeyId": "KmsKeyId",
    }
    return {
        "clusterMembers": [m["DBInstanceIdentifier"] for m in found.get("DBClusterMembers", [])],
        "vpcSecurityGroupIds": [
            group["VpcSecurityGroupId"] for group in found.get("VpcSecurityGroups", [])
        ],
        "masterUserSecrets": [{n: secret.get(api) for n, api in told.items()}] if secret else [],
    }


def _password(props: Props) -> Mapping[str, str]:
    ways = ("masterPassword", "masterPasswordWo", "manageMasterUserPassword")
    given = [name for name in ways if props.get(name)]
    joins = "globalClusterIdentifier" in props or "replicationSourceIdentifier" in props
    restores = "snapshotIdentifier" in props or "restoreToPointInTime" in props
    if len(given) > 1:
        return {given[1]: f"conflicts with {given[0]}"}
    if "masterUsername" in props and not given and not joins and not restores:
        return {"masterUsername": f"one of {', '.join(ways)} is needed with it"}
    return {}


def _logs(at: At, old: Props | None) -> None:
    if old is None:
        return
    before = set(old.get("enabledCloudwatchLogsExports", []))
    wanted = set(at.props.get("enabledCloudwatchLogsExports", []))
    if before != wanted:
        kinds = {
            "EnableLogTypes": sorted(wanted - before),
            "DisableLogTypes": sorted(before - wanted),
        }
        at.call(
            "ModifyDBCluster",
            {"DBClusterIdentifier": at.id, "CloudwatchLogsExportConfiguration": kinds},
        )
    if old.get("globalClusterIdentifier") and not at.props.get("globalClusterIdentifier"):
        found = find_cluster(at)
        request = {
            "GlobalClusterIdentifier": old["globalClusterIdentifier"],
            "DbClusterIdentifier": found["DBClusterArn"],
        }
        at.call("RemoveFromGlobalCluster", request)


def _detach(at: At) -> None:
    """A member leaves its global cluster before it is deleted, as the real provider does it."""
    found = find_cluster(at)
    if found.get("GlobalClusterIdentifier"):
        if found.get("DeletionProtection"):
            return
        request = {
            "GlobalClusterIdentifier": found["GlobalClusterIdentifier"],
            "DbClusterIdentifier": found["DBClusterArn"],
        }
        at.call("RemoveFromGlobalCluster", request)


def _delete(at: At) -> None:
    if not at.props.get("skipFinalSnapshot") and not at.props.get("finalSnapshotIdentifier"):
        raise ApiError(
            "DeleteDBCluster",
            "InvalidParameterCombination",
            "finalSnapshotIdentifier is needed when skipFinalSnapshot is not true",
        )
    request: dict[str, Any] = {
        "DBClusterIdentifier": at.id,
        "SkipFinalSnapshot": bool(at.props.get("skipFinalSnapshot")),
        "DeleteAutomatedBackups": at.props.get("deleteAutomatedBackups", True),
    }
    if not request["SkipFinalSnapshot"]:
        request["FinalDBSnapshotIdentifier"] = at.props["finalSnapshotIdentifier"]
    _detach(at)
    at.call("DeleteDBCluster", request)


CLUSTER = Kind(
    sdk_name="rds.Cluster",
    service="rds",
    create="CreateDBCluster",
    identity="answer.DBCluster.DBClusterIdentifier",
    find=find_cluster,
    delete=_delete,
    gone=frozenset({"DBClusterNotFoundFault"}),
    names=NAMES,
    own=frozenset(
        {
            "skipFinalSnapshot",
            "finalSnapshotIdentifier",
            "deleteAutomatedBackups",
            "applyImmediately",
            "allowMajorVersionUpgrade",
            "clusterMembers",
        }
    ),
    modify="ModifyDBCluster",
    modify_names={
        "globalClusterIdentifier": "DBClusterIdentifier",
        "enabledCloudwatchLogsExports": "CloudwatchLogsExportConfiguration.EnableLogTypes",
        "masterPasswordWoVersion": "MasterUserPassword",
    },
    modify_without=frozenset({"globalClusterIdentifier", "enabledCloudwatchLogsExports"}),
    modify_with=lambda props, changed: (
        {
            **(
                {"MasterUserPassword": props.get("masterPasswordWo")}
                if "masterPasswordWoVersion" in changed
                else {}
            ),
            **({"AllowMajorVersionUpgrade": True} if props.get("allowMajorVersionUpgrade") else {}),
        }
    ),
    target=lambda at: {"DBClusterIdentifier": at.id, "ApplyImmediately": True},
    replace=frozenset({"clusterIdentifier", "engine", "engineMode"}),
    settle=_logs,
    reads=READS,
    outputs=_outputs,
    autoname="clusterIdentifier",
    tagged=lambda at, found: at.arn(f"cluster:{at.id}"),
    check=_password,
    computed=frozenset(
        {
            "availabilityZones",
            "clusterMembers",
            "engineVersion",
            "kmsKeyId",
            "port",
            "preferredBackupWindow",
            "preferredMaintenanceWindow",
            "vpcSecurityGroupIds",
        }
    ),
)

INSTANCE_NAMES = {
    "identifier": "DBInstanceIdentifier",
    "identifierPrefix": "",
    "clusterIdentifier": "DBClusterIdentifier",
    "instanceClass": "DBInstanceClass",
    "dbParameterGroupName": "DBParameterGroupName",
    "caCertIdentifier": "CACertificateIdentifier",
    "customIamInstanceProfile": "CustomIamInstanceProfile",
    "performanceInsightsEnabled": "EnablePerformanceInsights",
    "performanceInsightsKmsKeyId": "PerformanceInsightsKMSKeyId",
}
INSTANCE_READS = {
    "identifier": "DBInstanceIdentifier",
    "clusterIdentifier": "DBClusterIdentifier",
    "instanceClass": "DBInstanceClass",
    "arn": "DBInstanceArn",
    "dbSubnetGroupName": "DBSubnetGroup.DBSubnetGroupName",
    "caCertIdentifier": "CACertificateIdentifier",
    "endpoint": "Endpoint.Address",
    "port": "Endpoint.Port",
    "engineVersionActual": "EngineVersion",
    "performanceInsightsEnabled": "PerformanceInsightsEnabled",
    "performanceInsightsKmsKeyId": "PerformanceInsightsKMSKeyId",
    "dbParameterGroupName": "",
    "identifierPrefix": "",
}


def find_instance(at: At) -> Any:
    """A DB instance."""
    return described(
        "DescribeDBInstances", lambda at: {"DBInstanceIdentifier": at.id}, "DBInstances[0]"
    )(at)


def _member_outputs(at: At, found: Found) -> Props:
    request = {"DBClusterIdentifier": found["DBClusterIdentifier"]}
    cluster = at.call("DescribeDBClusters", request)["DBClusters"][0]
    members = {m["DBInstanceIdentifier"]: m for m in cluster.get("DBClusterMembers", [])}
    groups = [group["DBParameterGroupName"] for group in found.get("DBParameterGroups", [])]
    return {
        "writer": members.get(at.id, {}).get("IsClusterWriter", False),
        "dbParameterGroupName": groups[0] if groups else None,
        "dbiResourceId": found.get("DbiResourceId"),
        "kmsKeyId": cluster.get("KmsKeyId"),
        "storageEncrypted": cluster.get("StorageEncrypted"),
    }


CLUSTER_INSTANCE = Kind(
    sdk_name="rds.ClusterInstance",
    service="rds",
    create="CreateDBInstance",
    identity="answer.DBInstance.DBInstanceIdentifier",
    find=find_instance,
    delete=called("DeleteDBInstance", lambda at: {"DBInstanceIdentifier": at.id}),
    gone=frozenset({"DBInstanceNotFound", "DBInstanceNotFoundFault"}),
    names=INSTANCE_NAMES,
    own=frozenset({"applyImmediately", "forceDestroy"}),
    modify="ModifyDBInstance",
    target=lambda at: {"DBInstanceIdentifier": at.id, "ApplyImmediately": True},
    replace=frozenset(
        {
            "identifier",
            "clusterIdentifier",
            "engine",
            "engineVersion",
            "dbSubnetGroupName",
            "publiclyAccessible",
        }
    ),
    reads=INSTANCE_READS,
    outputs=_member_outputs,
    autoname="identifier",
    tagged=lambda at, found: at.arn(f"db:{at.id}"),
    computed=frozenset(
        {
            "availabilityZone",
            "dbParameterGroupName",
            "dbSubnetGroupName",
            "engineVersion",
            "preferredBackupWindow",
            "preferredMaintenanceWindow",
        }
    ),
)

KINDS = [CLUSTER, CLUSTER_INSTANCE]
