"""Plans of AWS Backup: what they select, their change, and their vaults, which must exist."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false

from collections.abc import Mapping
from typing import Any

from moto.backup.models import backup_backends
from moto.moto_api._internal import mock_random

from tricenter.offline.aws.server.call import Call, refuse
from tricenter.offline.aws.server.services.backup_points import NOT_FOUND, now, vault_of
from tricenter.offline.aws.server.services.iam_roles import role_exists

SERVICE = "backup"


def plan_of(call: Call) -> Any:
    """The plan that a call is about; refuses if it is gone."""
    backend = backup_backends[call.account][call.region]
    found = backend.plans.get(call.params["BackupPlanId"])
    if found is None or found.deletion_date:
        refuse(NOT_FOUND, "Failed reading Backup plan with provided version")
    return found


def _selections(call: Call, plan: str) -> dict[str, Any]:
    return call.tables.of(call.account, call.region, f"selections of {plan}")


def vaults_exist(call: Call) -> None:
    """Every rule's vault, and every vault that copies go to, must be there."""
    for rule in call.params["BackupPlan"]["Rules"]:
        vault_of(call, rule["TargetBackupVaultName"])
        for copy in rule.get("CopyActions") or []:
            parts = str(copy["DestinationBackupVaultArn"]).split(":")
            vault_of(call, parts[6], parts[3], parts[4])


def create(call: Call) -> Mapping[str, Any]:
    """Make a plan; its name is free again once the plan that had it is deleted.

    moto 5.1 keeps deleted plans, as AWS does for lists that ask for them, and takes their names for
    taken: what was destroyed could never be deployed again.
    """
    vaults_exist(call)
    backend = backup_backends[call.account][call.region]
    wanted = dict(call.params["BackupPlan"])
    there = [plan for plan in backend.plans.values() if not plan.deletion_date]
    if wanted["BackupPlanName"] in {plan.backup_plan["BackupPlanName"] for plan in there}:
        refuse("AlreadyExistsException", "Backup plan with the same plan document already exists")
    deleted = {i: plan for i, plan in backend.plans.items() if plan.deletion_date}
    for identity in deleted:
        del backend.plans[identity]
    try:
        made = backend.create_backup_plan(
            backup_plan=wanted,
            backup_plan_tags=dict(call.params.get("BackupPlanTags") or {}),
            creator_request_id=str(call.params.get("CreatorRequestId") or ""),
        )
    finally:
        backend.plans |= deleted
    return {
        "BackupPlanId": made.backup_plan_id,
        "BackupPlanArn": made.backup_plan_arn,
        "CreationDate": made.creation_date,
        "VersionId": made.version_id,
    }


def update(call: Call) -> Mapping[str, Any]:
    """Replace what a plan says; it gets a new version."""
    found = plan_of(call)
    vaults_exist(call)
    found.backup_plan = dict(call.params["BackupPlan"])
    for rule in found.backup_plan["Rules"]:
        rule.setdefault("RuleId", str(mock_random.uuid4()))
    found.version_id = mock_random.get_random_string(length=48)
    return {
        "BackupPlanId": found.backup_plan_id,
        "BackupPlanArn": found.backup_plan_arn,
        "CreationDate": found.creation_date,
        "VersionId": found.version_id,
    }


def no_selections(call: Call) -> None:
    """A plan that selects something stays."""
    if _selections(call, plan_of(call).backup_plan_id):
        message = "Related backup plan selections must be deleted prior to backup plan deletion"
        refuse("InvalidRequestException", message)


def create_selection(call: Call) -> Mapping[str, Any]:
    """Select what a plan backs up."""
    plan, wanted = plan_of(call), call.params["BackupSelection"]
    role_exists(call, wanted["IamRoleArn"], "InvalidParameterValueException")
    made: dict[str, Any] = {
        "BackupSelection": wanted,
        "SelectionId": str(mock_random.uuid4()),
        "BackupPlanId": plan.backup_plan_id,
        "CreationDate": now(),
    }
    _selections(call, plan.backup_plan_id)[made["SelectionId"]] = made
    return made


def _selection(call: Call) -> dict[str, Any]:
    found = _selections(call, call.params["BackupPlanId"]).get(call.params["SelectionId"])
    return found or refuse(NOT_FOUND, f"no selection {call.params['SelectionId']}")


def delete_selection(call: Call) -> Mapping[str, Any]:
    """Remove a selection."""
    found = _selection(call)
    del _selections(call, found["BackupPlanId"])[found["SelectionId"]]
    return {}


def list_selections(call: Call) -> Mapping[str, Any]:
    """The selections of a plan."""
    found = _selections(call, plan_of(call).backup_plan_id).values()
    return {
        "BackupSelectionsList": [
            {**one, **{k: one["BackupSelection"][k] for k in ("SelectionName", "IamRoleArn")}}
            for one in found
        ]
    }


ANSWERS = {
    "CreateBackupPlan": create,
    "UpdateBackupPlan": update,
    "CreateBackupSelection": create_selection,
    "GetBackupSelection": _selection,
    "DeleteBackupSelection": delete_selection,
    "ListBackupSelections": list_selections,
}
GUARDS = {"DeleteBackupPlan": no_selections}
