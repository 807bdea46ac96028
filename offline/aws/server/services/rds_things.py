"""References of RDS requests to what must exist: groups, keys, roles, zones, subnets."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false

from typing import Any

from moto.ec2.models import ec2_backends
from moto.iam.models import iam_backends
from moto.kms.models import kms_backends
from moto.rds.models import rds_backends

from tricenter.offline.aws.server.call import Call, refuse

SERVICE = "rds"


def _backend(call: Call) -> Any:
    return rds_backends[call.account][call.region]


def things_exist(call: Call) -> None:
    """Refuse a request that names something which is not there, with the API's own codes."""
    given = call.params
    _subnet_group(call, given.get("DBSubnetGroupName"))
    _parameter_groups(call)
    for key in ("KmsKeyId", "PerformanceInsightsKMSKeyId", "MasterUserSecretKmsKeyId"):
        if given.get(key):
            key_exists(call, str(given[key]))
    groups = ec2_backends[call.account][call.region]
    for group in given.get("VpcSecurityGroupIds") or []:
        if groups.get_security_group_from_id(group) is None:
            refuse(
                "InvalidParameterValue", f"Invalid security group , groupId= {group}, groupName=."
            )
    role = given.get("MonitoringRoleArn")
    if role and role not in {r.arn for r in iam_backends[call.account]["aws"].roles.values()}:
        refuse("InvalidParameterValue", f"The role {role} does not exist or cannot be assumed.")
    zones = [*(given.get("AvailabilityZones") or []), given.get("AvailabilityZone")]
    for zone in zones:
        if zone and not str(zone).startswith(call.region):
            message = f"Availability zone '{zone}' is not in region {call.region}"
            refuse("InvalidParameterValue", message)


def _subnet_group(call: Call, name: str | None) -> None:
    if name and name not in _backend(call).subnet_groups:
        refuse("DBSubnetGroupNotFoundFault", f"DB subnet group '{name}' does not exist.")


def _parameter_groups(call: Call) -> None:
    backend, given = _backend(call), call.params
    kinds = (
        (
            "DBClusterParameterGroupName",
            backend.db_cluster_parameter_groups,
            "DBClusterParameterGroup",
        ),
        ("DBParameterGroupName", backend.db_parameter_groups, "DBParameterGroup"),
    )
    for member, known, kind in kinds:
        name = given.get(member)
        if name and name not in known and not str(name).startswith("default."):
            refuse(f"{kind}NotFound", f"{kind} not found: {name}")


def key_exists(call: Call, key: str) -> None:
    """Refuse a key of KMS that is not in the call's region, disabled or about to be deleted."""
    backend = kms_backends[call.account][call.region]
    if key.startswith("arn:") and key.split(":")[3] != call.region:
        refuse("KMSKeyNotAccessibleFault", f"{key} is not in {call.region}")
    if key.startswith("alias/aws/") or ":alias/aws/" in key:
        return
    found = backend.keys.get(backend.get_key_id(key) if not key.startswith("alias/") else "")
    if found is None:
        found = backend.keys.get(backend.get_key_id_from_alias(key) or "")
    if found is None or not found.enabled or found.key_state == "PendingDeletion":
        message = "does not exist, is not enabled or you do not have permissions to access it."
        refuse("KMSKeyNotAccessibleFault", f"The specified KMS key [{key}] {message}")


def new_instance(call: Call) -> None:
    """An instance's cluster and everything else it names must exist; its name must be free."""
    backend, given = _backend(call), call.params
    if str(given["DBInstanceIdentifier"]).lower() in backend.databases:
        refuse("DBInstanceAlreadyExists", "DB Instance already exists")
    cluster = given.get("DBClusterIdentifier")
    if cluster and cluster not in backend.clusters:
        refuse("DBClusterNotFoundFault", f"DBCluster {cluster} not found.")
    things_exist(call)
    alone = cluster is None and call.operation == "CreateDBInstance"
    if alone and given.get("Engine") == "postgres" and not given.get("AllocatedStorage"):
        refuse("InvalidParameterCombination", "AllocatedStorage is required")


def changed_instance(call: Call) -> None:
    """What a change names must exist."""
    things_exist(call)


def gone_instance(call: Call) -> None:
    """An instance of its own needs a final snapshot, or to be told that none is wanted."""
    name = str(call.params["DBInstanceIdentifier"]).lower()
    found = _backend(call).databases.get(name)
    if found is None:
        refuse("DBInstanceNotFound", f"DBInstance {name} not found.")
    if found.deletion_protection:
        message = "Cannot delete protected DB Instance, please disable deletion protection"
        refuse("InvalidParameterCombination", f"{message} and try again.")
    skip, final = call.params.get("SkipFinalSnapshot"), "FinalDBSnapshotIdentifier"
    alone = found.db_cluster_identifier is None and not getattr(found, "is_replica", False)
    if alone and not skip and not call.params.get(final):
        message = f"{final} is required unless SkipFinalSnapshot is specified."
        refuse("InvalidParameterCombination", message)
    if getattr(found, "is_replica", False):
        _forget_replica(call, found)


def _forget_replica(call: Call, replica: Any) -> None:
    """moto notes a replica in another region by its ARN and looks for its name (moto 5.2.5)."""
    source = _backend(call).find_db_from_id(replica.source_db_instance_identifier)
    name, arn = replica.db_instance_identifier, replica.db_instance_arn
    source.replicas = [name if known == arn else known for known in source.replicas]


def two_zones(call: Call) -> None:
    """A subnet group covers at least two zones of existing subnets."""
    backend = ec2_backends[call.account][call.region]
    known = {
        subnet.id: subnet.availability_zone
        for by_zone in backend.subnets.values()
        for subnet in by_zone.values()
    }
    wanted = call.params["SubnetIds"]
    for subnet in wanted:
        if subnet not in known:
            refuse("InvalidSubnet", f"Subnet {subnet} does not exist")
    if len({known[subnet] for subnet in wanted}) < 2:
        refuse(
            "DBSubnetGroupDoesNotCoverEnoughAZs",
            "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. "
            "Please add subnets to cover at least 2 AZs.",
        )


def unused_subnet_group(call: Call) -> None:
    """A subnet group that a database uses stays."""
    name, backend = call.params["DBSubnetGroupName"], _backend(call)
    users = [c.resource_id for c in backend.clusters.values() if c.db_subnet_group_name == name]
    for instance in backend.databases.values():
        group = getattr(instance, "db_subnet_group", None)
        if group is not None and getattr(group, "name", group) == name:
            users.append(instance.resource_id)
    if users:
        message = f"Cannot delete the subnet group '{name}' because at least one database instance"
        refuse("InvalidDBSubnetGroupStateFault", f"{message} is still using it: {users[0]}.")


def unused_cluster_parameters(call: Call) -> None:
    """A cluster parameter group that a cluster uses stays."""
    name = call.params["DBClusterParameterGroupName"]
    for cluster in _backend(call).clusters.values():
        if cluster.parameter_group == name:
            message = (
                f"One or more database instances are still members of this parameter group {name}"
            )
            refuse("InvalidDBParameterGroupState", f"{message}, so the group cannot be deleted")


def reset_cluster_parameters(call: Call) -> dict[str, Any]:
    """Give parameters of a cluster parameter group their defaults again."""
    name = call.params["DBClusterParameterGroupName"]
    group = _backend(call).db_cluster_parameter_groups.get(name)
    return _reset(call, group, name, "DBClusterParameterGroupName")


def reset_parameters(call: Call) -> dict[str, Any]:
    """Give parameters of an instance parameter group their defaults again."""
    name = call.params["DBParameterGroupName"]
    group = _backend(call).db_parameter_groups.get(name)
    return _reset(call, group, name, "DBParameterGroupName")


def _reset(call: Call, group: Any, name: str, member: str) -> dict[str, Any]:
    if group is None:
        refuse("DBParameterGroupNotFound", f"DBParameterGroup not found: {name}")
    given = call.params.get("Parameters") or []
    gone = [p["ParameterName"] for p in given] or list(group.parameters)
    for parameter in gone:
        group.parameters.pop(parameter, None)
    return {member: name}


def parameters(call: Call) -> dict[str, Any]:
    """The parameters that were set in a group; the engine's defaults are not told."""
    name = call.params["DBParameterGroupName"]
    group = _backend(call).db_parameter_groups.get(name)
    if group is None:
        refuse("DBParameterGroupNotFound", f"DBParameterGroup not found: {name}")
    return {"Parameters": [{"ParameterName": n, **v} for n, v in group.parameters.items()]}


GUARDS = {
    "CreateDBInstance": new_instance,
    "CreateDBInstanceReadReplica": new_instance,
    "ModifyDBInstance": changed_instance,
    "DeleteDBInstance": gone_instance,
    "CreateDBSubnetGroup": two_zones,
    "ModifyDBSubnetGroup": two_zones,
    "DeleteDBSubnetGroup": unused_subnet_group,
    "DeleteDBClusterParameterGroup": unused_cluster_parameters,
}
ANSWERS = {
    "ResetDBClusterParameterGroup": reset_cluster_parameters,
    "ResetDBParameterGroup": reset_parameters,
    "DescribeDBParameters": parameters,
}
