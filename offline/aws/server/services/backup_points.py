"""Recovery points of AWS Backup: made on demand, copied, and kept from being deleted.

moto keeps vaults and plans, but nothing in them (moto 5.2.5).
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from moto.backup.models import backup_backends
from moto.core import utils as moto_utils
from moto.moto_api._internal import mock_random

from tricenter.offline.aws.server.call import Call, refuse

SERVICE = "backup"
KIND = "recovery points"
NOT_FOUND = "ResourceNotFoundException"


def now() -> datetime:
    """The emulated cloud's time, in UTC."""
    return moto_utils.utcnow().replace(tzinfo=UTC)


def vault_of(call: Call, name: str, region: str = "", account: str = "") -> Any:
    """A vault; refuses if there is none of that name."""
    backend = backup_backends[account or call.account][region or call.region]
    found = backend.vaults.get(name)
    return found or refuse(NOT_FOUND, f"Backup vault {name} not found")


def points_of(call: Call, vault: str, region: str = "", account: str = "") -> dict[str, Any]:
    """The recovery points of a vault by ARN."""
    where = (account or call.account, region or call.region, f"{KIND} of {vault}")
    return call.tables.of(*where)


def _count(call: Call, name: str, region: str = "", account: str = "") -> None:
    found = vault_of(call, name, region, account)
    found.num_of_recovery_points = len(points_of(call, name, region, account))


def _keep(
    call: Call, vault: Any, point: dict[str, Any], region: str = "", account: str = ""
) -> None:
    days = (point.get("Lifecycle") or {}).get("DeleteAfterDays")
    least = getattr(vault, "min_retention_days", None)
    most = getattr(vault, "max_retention_days", None)
    if vault.locked and days is not None and least and days < least:
        refuse("InvalidParameterValueException", f"kept {days} days, the vault wants {least}")
    if vault.locked and most and (days is None or days > most):
        refuse("InvalidParameterValueException", f"kept longer than the vault's {most} days")
    points_of(call, vault.backup_vault_name, region, account)[point["RecoveryPointArn"]] = point
    _count(call, vault.backup_vault_name, region, account)


def start_backup(call: Call) -> Mapping[str, Any]:
    """Make a recovery point at once; the emulated cloud has no time that passes."""
    vault = vault_of(call, call.params["BackupVaultName"])
    resource, made = str(call.params["ResourceArn"]), now()
    name = f"awsbackup:job-{mock_random.uuid4()}"
    kind = "cluster-snapshot" if ":cluster:" in resource else "snapshot"
    arn = f"arn:aws:rds:{call.region}:{call.account}:{kind}:{name}"
    point: dict[str, Any] = {
        "RecoveryPointArn": arn,
        "BackupVaultName": vault.backup_vault_name,
        "BackupVaultArn": vault.backup_vault_arn,
        "ResourceArn": resource,
        "ResourceType": "Aurora" if ":cluster:" in resource else resource.split(":")[2].upper(),
        "CreationDate": made,
        "CompletionDate": made,
        "Status": "COMPLETED",
        "Lifecycle": call.params.get("Lifecycle") or {},
        "IamRoleArn": call.params["IamRoleArn"],
        "IsEncrypted": True,
    }
    _keep(call, vault, point)
    return {"BackupJobId": str(mock_random.uuid4()), "RecoveryPointArn": arn, "CreationDate": made}


def start_copy(call: Call) -> Mapping[str, Any]:
    """Copy a recovery point to a vault of another region or account."""
    source = str(call.params["SourceBackupVaultName"])
    point = _point(call, source, call.params["RecoveryPointArn"])
    target = str(call.params["DestinationBackupVaultArn"]).split(":")
    region, account, name = target[3], target[4], target[6]
    vault = vault_of(call, name, region, account)
    arn = f"arn:aws:rds:{region}:{account}:cluster-snapshot:awsbackup:copyjob-{mock_random.uuid4()}"
    copy: dict[str, Any] = {
        **point,
        "RecoveryPointArn": arn,
        "BackupVaultName": name,
        "BackupVaultArn": vault.backup_vault_arn,
        "SourceBackupVaultArn": vault_of(call, source).backup_vault_arn,
        "Lifecycle": call.params.get("Lifecycle") or {},
        "CreationDate": now(),
    }
    _keep(call, vault, copy, region, account)
    return {"CopyJobId": str(mock_random.uuid4()), "CreationDate": now()}


def _point(call: Call, vault: str, arn: str) -> Any:
    found = points_of(call, vault).get(arn)
    return found or refuse(NOT_FOUND, f"no recovery point {arn} in {vault}")


def list_points(call: Call) -> Mapping[str, Any]:
    """The recovery points of a vault, the newest first."""
    vault = vault_of(call, call.params["BackupVaultName"])
    found = points_of(call, vault.backup_vault_name).values()
    wanted = call.params.get("ByResourceArn")
    kept = [point for point in found if wanted in (None, point["ResourceArn"])]
    return {"RecoveryPoints": sorted(kept, key=lambda point: point["CreationDate"], reverse=True)}


def describe_point(call: Call) -> Mapping[str, Any]:
    """One recovery point."""
    return _point(call, call.params["BackupVaultName"], call.params["RecoveryPointArn"])


def delete_point(call: Call) -> Mapping[str, Any]:
    """Remove a recovery point, unless its vault is locked and its time is not over."""
    vault = vault_of(call, call.params["BackupVaultName"])
    point = _point(call, vault.backup_vault_name, call.params["RecoveryPointArn"])
    days = point["Lifecycle"].get("DeleteAfterDays") or getattr(vault, "min_retention_days", 0)
    over = point["CreationDate"] + timedelta(days=days or 0) <= now()
    if vault.locked and not over:
        refuse("InvalidRequestException", "the vault is locked and the retention is not over")
    del points_of(call, vault.backup_vault_name)[point["RecoveryPointArn"]]
    _count(call, vault.backup_vault_name)
    return {}


def gone_vault(call: Call) -> None:
    """A vault that holds anything stays."""
    vault = vault_of(call, call.params["BackupVaultName"])
    if points_of(call, vault.backup_vault_name):
        message = "Backup vault cannot be deleted because it contains recovery points."
        refuse("InvalidRequestException", message)


def _policies(call: Call) -> dict[str, Any]:
    return call.tables.of(call.account, call.region, "vault policies")


def put_policy(call: Call) -> Mapping[str, Any]:
    """Set who may do what to a vault."""
    vault = vault_of(call, call.params["BackupVaultName"])
    _policies(call)[vault.backup_vault_name] = {"Policy": call.params["Policy"]}
    return {}


def get_policy(call: Call) -> Mapping[str, Any]:
    """Who may do what to a vault."""
    vault = vault_of(call, call.params["BackupVaultName"])
    found = _policies(call).get(vault.backup_vault_name)
    if found is None:
        refuse(NOT_FOUND, f"Backup vault {vault.backup_vault_name} has no policy")
    name, arn = vault.backup_vault_name, vault.backup_vault_arn
    return {"BackupVaultName": name, "BackupVaultArn": arn, **found}


def delete_policy(call: Call) -> Mapping[str, Any]:
    """Take a vault's policy away."""
    vault = vault_of(call, call.params["BackupVaultName"])
    _policies(call).pop(vault.backup_vault_name, None)
    return {}


ANSWERS = {
    "StartBackupJob": start_backup,
    "StartCopyJob": start_copy,
    "ListRecoveryPointsByBackupVault": list_points,
    "DescribeRecoveryPoint": describe_point,
    "DeleteRecoveryPoint": delete_point,
    "PutBackupVaultAccessPolicy": put_policy,
    "GetBackupVaultAccessPolicy": get_policy,
    "DeleteBackupVaultAccessPolicy": delete_policy,
}
GUARDS = {"DeleteBackupVault": gone_vault}
