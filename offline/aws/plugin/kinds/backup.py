"""AWS Backup: vaults, their locks and policies, plans, selections and restore tests."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false
# ruff: noqa: ARG001, ARG005 - the functions of a row all have the same form

from collections.abc import Mapping
from typing import Any

from tricenter.offline.aws.plugin.kind import At, Found, Kind, called, described
from tricenter.offline.aws.plugin.values import Props

GONE = frozenset({"ResourceNotFoundException"})


def _empty(at: At) -> None:
    """Remove every recovery point, as `forceDestroy` says; a locked vault refuses."""
    name = {"BackupVaultName": at.id}
    points = at.call("ListRecoveryPointsByBackupVault", name)["RecoveryPoints"]
    for point in points:
        at.call("DeleteRecoveryPoint", {**name, "RecoveryPointArn": point["RecoveryPointArn"]})


def _delete_vault(at: At) -> None:
    if at.props.get("forceDestroy"):
        _empty(at)
    at.call("DeleteBackupVault", {"BackupVaultName": at.id})


def _vault(at: At) -> Any:
    return at.call("DescribeBackupVault", {"BackupVaultName": at.id})


VAULT = Kind(
    sdk_name="backup.Vault",
    service="backup",
    create="CreateBackupVault",
    identity="answer.BackupVaultName",
    find=_vault,
    delete=_delete_vault,
    gone=GONE,
    names={"name": "BackupVaultName", "kmsKeyArn": "EncryptionKeyArn"},
    own=frozenset({"forceDestroy"}),
    reads={
        "name": "BackupVaultName",
        "kmsKeyArn": "EncryptionKeyArn",
        "arn": "BackupVaultArn",
        "recoveryPoints": "NumberOfRecoveryPoints",
    },
    autoname="name",
    tagged=lambda at, found: at.arn(f"backup-vault:{at.id}"),
    computed=frozenset({"kmsKeyArn"}),
)


def _find_lock(at: At) -> Any:
    found = _vault(at)
    return found if found.get("Locked") else None


LOCK = Kind(
    sdk_name="backup.VaultLockConfiguration",
    service="backup",
    create="PutBackupVaultLockConfiguration",
    identity="props.backupVaultName",
    find=_find_lock,
    delete=called("DeleteBackupVaultLockConfiguration", lambda at: {"BackupVaultName": at.id}),
    gone=GONE,
    reads={"changeableForDays": ""},
)
POLICY = Kind(
    sdk_name="backup.VaultPolicy",
    service="backup",
    create="PutBackupVaultAccessPolicy",
    identity="props.backupVaultName",
    find=lambda at: at.call("GetBackupVaultAccessPolicy", {"BackupVaultName": at.id}),
    delete=called("DeleteBackupVaultAccessPolicy", lambda at: {"BackupVaultName": at.id}),
    gone=GONE,
    modify="PutBackupVaultAccessPolicy",
    whole=True,
    replace=frozenset({"backupVaultName"}),
)

LIFECYCLE = {
    "deleteAfter": "DeleteAfterDays",
    "coldStorageAfter": "MoveToColdStorageAfterDays",
}
RULE = {
    "targetVaultName": "TargetBackupVaultName",
    "schedule": "ScheduleExpression",
    "startWindow": "StartWindowMinutes",
    "completionWindow": "CompletionWindowMinutes",
    "copyActions.destinationVaultArn": "DestinationBackupVaultArn",
    **{f"lifecycle.{name}": api for name, api in LIFECYCLE.items()},
    **{f"copyActions.lifecycle.{name}": api for name, api in LIFECYCLE.items()},
}
INNER = {f"rules.{name}": api for name, api in RULE.items()}


def _find_plan(at: At) -> Any:
    found = at.call("GetBackupPlan", {"BackupPlanId": at.id})
    if found.get("DeletionDate"):
        return None
    return {**found, **found["BackupPlan"]}


def _check_plan(props: Props) -> Mapping[str, str]:
    # https://docs.aws.amazon.com/aws-backup/latest/devguide/API_Lifecycle.html, 2026-11-24.
    cold = 90
    for rule in props["rules"]:
        life = rule.get("lifecycle") or {}
        after, kept = life.get("coldStorageAfter"), life.get("deleteAfter")
        if isinstance(after, int) and isinstance(kept, int) and kept < after + cold:
            return {"rules": f"deleteAfter is at least {cold} days after coldStorageAfter"}
    return {}


PLAN = Kind(
    sdk_name="backup.Plan",
    service="backup",
    create="CreateBackupPlan",
    identity="answer.BackupPlanId",
    find=_find_plan,
    delete=called("DeleteBackupPlan", lambda at: {"BackupPlanId": at.id}),
    gone=GONE,
    names={
        "name": "BackupPlan.BackupPlanName",
        "rules": "BackupPlan.Rules",
        "advancedBackupSettings": "BackupPlan.AdvancedBackupSettings",
        **INNER,
    },
    modify="UpdateBackupPlan",
    whole=True,
    target=lambda at: {"BackupPlanId": at.id},
    replace=frozenset({"name"}),
    reads={"name": "BackupPlanName", "arn": "BackupPlanArn", "version": "VersionId", **INNER},
    autoname="name",
    tagging="backup:plan",
    tagged=lambda at, found: at.arn(f"backup-plan:{at.id}"),
    check=_check_plan,
)


def _selection_id(at: At) -> dict[str, str]:
    return {"BackupPlanId": at.props["planId"], "SelectionId": at.id}


def _conditions(props: Props) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for condition in props.get("conditions", []):
        for name, entries in condition.items():
            api = {"stringLikes": "StringLike", "stringNotLikes": "StringNotLike"}
            key = api.get(name, f"{name[0].upper()}{name[1:]}")
            made[key] = [
                {"ConditionKey": entry["key"], "ConditionValue": entry["value"]}
                for entry in entries
            ]
    return {"BackupSelection": {"Conditions": made}} if made else {}


SELECTION_NAMES = {
    "name": "SelectionName",
    "iamRoleArn": "IamRoleArn",
    "resources": "Resources",
    "notResources": "NotResources",
    "selectionTags": "ListOfTags",
}
TAG_NAMES = {
    "selectionTags.key": "ConditionKey",
    "selectionTags.type": "ConditionType",
    "selectionTags.value": "ConditionValue",
}


def _find_selection(at: At) -> Any:
    found = at.call("GetBackupSelection", _selection_id(at))
    return {**found, **found["BackupSelection"]}


SELECTION = Kind(
    sdk_name="backup.Selection",
    service="backup",
    create="CreateBackupSelection",
    identity="answer.SelectionId",
    find=_find_selection,
    delete=called("DeleteBackupSelection", _selection_id),
    gone=GONE | {"InvalidParameterValueException"},
    names={
        **{name: f"BackupSelection.{api}" for name, api in SELECTION_NAMES.items()},
        **TAG_NAMES,
        "planId": "BackupPlanId",
        "conditions": "",
    },
    request=_conditions,
    reads={**SELECTION_NAMES, **TAG_NAMES, "planId": "BackupPlanId", "conditions": ""},
    autoname="name",
)


def _testing_plan(at: At) -> Any:
    return described(
        "GetRestoreTestingPlan",
        lambda at: {"RestoreTestingPlanName": at.id},
        "RestoreTestingPlan",
    )(at)


TESTING_NAMES = {
    "name": "RestoreTestingPlanName",
    "scheduleExpression": "ScheduleExpression",
    "scheduleExpressionTimezone": "ScheduleExpressionTimezone",
    "startWindowHours": "StartWindowHours",
    "recoveryPointSelection": "RecoveryPointSelection",
}
TESTING_PLAN = Kind(
    sdk_name="backup.RestoreTestingPlan",
    service="backup",
    create="CreateRestoreTestingPlan",
    identity="answer.RestoreTestingPlanName",
    find=_testing_plan,
    delete=called("DeleteRestoreTestingPlan", lambda at: {"RestoreTestingPlanName": at.id}),
    gone=GONE,
    names={name: f"RestoreTestingPlan.{api}" for name, api in TESTING_NAMES.items()},
    modify="UpdateRestoreTestingPlan",
    modify_names={
        name: f"RestoreTestingPlan.{api}" for name, api in TESTING_NAMES.items() if name != "name"
    },
    target=lambda at: {"RestoreTestingPlanName": at.id},
    replace=frozenset({"name"}),
    reads={**TESTING_NAMES, "arn": "RestoreTestingPlanArn"},
    autoname="name",
    tagging="backup:testing",
    tagged=lambda at, found: str(found.get("RestoreTestingPlanArn") or ""),
)

PICK_NAMES = {
    "name": "RestoreTestingSelectionName",
    "iamRoleArn": "IamRoleArn",
    "protectedResourceType": "ProtectedResourceType",
    "protectedResourceArns": "ProtectedResourceArns",
    "protectedResourceConditions": "ProtectedResourceConditions",
    "restoreMetadataOverrides": "RestoreMetadataOverrides",
    "validationWindowHours": "ValidationWindowHours",
}


def _pick(at: At) -> dict[str, str]:
    name, _, plan = at.id.partition(":")
    return {"RestoreTestingPlanName": plan, "RestoreTestingSelectionName": name}


def _selected(at: At, found: Found) -> Props:
    return {"restoreTestingPlanName": found["RestoreTestingPlanName"]}


TESTING_SELECTION = Kind(
    sdk_name="backup.RestoreTestingSelection",
    service="backup",
    create="CreateRestoreTestingSelection",
    identity="",
    identify_with=lambda props: f"{props['name']}:{props['restoreTestingPlanName']}",
    find=described("GetRestoreTestingSelection", _pick, "RestoreTestingSelection"),
    delete=called("DeleteRestoreTestingSelection", _pick),
    gone=GONE,
    names={
        **{name: f"RestoreTestingSelection.{api}" for name, api in PICK_NAMES.items()},
        "restoreTestingPlanName": "RestoreTestingPlanName",
    },
    modify="UpdateRestoreTestingSelection",
    target=_pick,
    modify_names={
        "name": "",
        "protectedResourceType": "",
        "restoreTestingPlanName": "",
    },
    replace=frozenset({"name", "protectedResourceType", "restoreTestingPlanName"}),
    reads=PICK_NAMES,
    outputs=_selected,
    autoname="name",
)

KINDS = [VAULT, LOCK, POLICY, PLAN, SELECTION, TESTING_PLAN, TESTING_SELECTION]
