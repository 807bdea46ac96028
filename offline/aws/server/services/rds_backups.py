"""Automated backups of RDS instances, copied to another region, which moto does not do."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false

from collections.abc import Mapping
from typing import Any

from moto.moto_api._internal import mock_random
from moto.rds.models import rds_backends

from tricenter.offline.aws.server.call import Call, refuse
from tricenter.offline.aws.server.services.rds_things import key_exists

SERVICE = "rds"
ARN = "DBInstanceAutomatedBackupsArn"


def _copies(call: Call) -> dict[str, Any]:
    return call.tables.of(call.account, call.region, "replicated automated backups")


def start(call: Call) -> Mapping[str, Any]:
    """Copy the automated backups of an instance of another region to this one."""
    source = str(call.params["SourceDBInstanceArn"])
    region, name = source.split(":")[3], source.rpartition(":")[2]
    found = rds_backends[call.account][region].databases.get(name)
    if found is None:
        refuse("DBInstanceNotFound", f"DBInstance {name} not found.")
    if region == call.region:
        refuse("InvalidParameterValue", f"{source} is in this region already")
    if not found.backup_retention_period:
        refuse("InvalidDBInstanceState", f"{name} has no automated backups")
    if any(copy["DBInstanceArn"] == source for copy in _copies(call).values()):
        refuse("InvalidParameterValue", f"backups of {source} are copied here already")
    if found.storage_encrypted and "KmsKeyId" not in call.params:
        refuse("InvalidParameterCombination", "KmsKeyId is needed for encrypted backups")
    if "KmsKeyId" in call.params:
        key_exists(call, call.params["KmsKeyId"])
    ab = mock_random.get_random_string(length=39, lower_case=True)
    made: dict[str, Any] = {
        "DBInstanceArn": source,
        "DBInstanceIdentifier": name,
        "DbiResourceId": found.dbi_resource_id,
        "Region": region,
        ARN: f"arn:aws:rds:{call.region}:{call.account}:auto-backup:ab-{ab}",
        "BackupRetentionPeriod": call.params.get("BackupRetentionPeriod", 7),
        "KmsKeyId": call.params.get("KmsKeyId"),
        "Encrypted": bool(found.storage_encrypted),
        "Engine": found.engine,
        "EngineVersion": found.engine_version,
        "Status": "Replicating",
    }
    _copies(call)[made[ARN]] = made
    return {"DBInstanceAutomatedBackup": made}


def stop(call: Call) -> Mapping[str, Any]:
    """End the copying; the copies go with it."""
    source = call.params["SourceDBInstanceArn"]
    for arn, copy in list(_copies(call).items()):
        if copy["DBInstanceArn"] == source:
            return {"DBInstanceAutomatedBackup": _copies(call).pop(arn)}
    return refuse("DBInstanceNotFound", f"backups of {source} are not copied here")


def describe(call: Call) -> Mapping[str, Any] | None:
    """The copies, if it is them that are asked for."""
    given = call.params
    wanted = {given[ARN]} if ARN in given else set[str]()
    for one in given.get("Filters") or []:
        if one["Name"] == "db-instance-automated-backups-arn":
            wanted |= set(one["Values"])
    if not wanted:
        return None
    found = [copy for arn, copy in _copies(call).items() if arn in wanted]
    return {"DBInstanceAutomatedBackups": found}


ANSWERS = {
    "StartDBInstanceAutomatedBackupsReplication": start,
    "StopDBInstanceAutomatedBackupsReplication": stop,
    "DescribeDBInstanceAutomatedBackups": describe,
}
