"""Restore testing plans of AWS Backup and what they select."""

from collections.abc import Mapping
from typing import Any

from moto.backup.models import backup_backends
from moto.moto_api._internal import mock_random

from tricenter.offline.aws.server.call import Call, refuse
from tricenter.offline.aws.server.services.backup_points import NOT_FOUND, now
from tricenter.offline.aws.server.services.iam_roles import role_exists

SERVICE = "backup"
PLAN, SELECTION = "RestoreTestingPlanName", "RestoreTestingSelectionName"


def _plans(call: Call) -> dict[str, Any]:
    return call.tables.of(call.account, call.region, "restore testing plans")


def _selections(call: Call, plan: str) -> dict[str, Any]:
    return call.tables.of(call.account, call.region, f"restore testing selections of {plan}")


def _plan(call: Call) -> dict[str, Any]:
    name = call.params[PLAN]
    return _plans(call).get(name) or refuse(NOT_FOUND, f"Restore testing plan {name} not found")


def create_plan(call: Call) -> Mapping[str, Any]:
    """Make a plan of restore tests."""
    given = call.params["RestoreTestingPlan"]
    name = given[PLAN]
    if name in _plans(call):
        refuse("AlreadyExistsException", f"{name} exists already")
    arn = f"arn:aws:backup:{call.region}:{call.account}:restore-testing-plan:{name}"
    made: dict[str, Any] = {
        "StartWindowHours": 24,
        "ScheduleExpressionTimezone": "Etc/UTC",
        **given,
        "RestoreTestingPlanArn": f"{arn}-{mock_random.uuid4()}",
        "CreationTime": now(),
    }
    _plans(call)[name] = made
    if call.params.get("Tags"):
        backend = backup_backends[call.account][call.region]
        backend.tag_resource(made["RestoreTestingPlanArn"], call.params["Tags"])
    return {key: made[key] for key in ("CreationTime", "RestoreTestingPlanArn", PLAN)}


def get_plan(call: Call) -> Mapping[str, Any]:
    """One plan."""
    return {"RestoreTestingPlan": _plan(call)}


def update_plan(call: Call) -> Mapping[str, Any]:
    """Change a plan."""
    found = _plan(call)
    found.update(call.params["RestoreTestingPlan"], UpdateTime=now())
    return {
        key: found[key] for key in ("CreationTime", "RestoreTestingPlanArn", PLAN, "UpdateTime")
    }


def delete_plan(call: Call) -> Mapping[str, Any]:
    """Remove a plan that selects nothing any more."""
    found = _plan(call)
    if _selections(call, found[PLAN]):
        refuse("InvalidRequestException", f"{found[PLAN]} has selections: delete them first")
    del _plans(call)[found[PLAN]]
    return {}


def list_plans(call: Call) -> Mapping[str, Any]:
    """All plans."""
    return {"RestoreTestingPlans": list(_plans(call).values())}


def create_selection(call: Call) -> Mapping[str, Any]:
    """Select what a plan restores."""
    plan, given = _plan(call), call.params["RestoreTestingSelection"]
    name = given[SELECTION]
    if name in _selections(call, plan[PLAN]):
        refuse("AlreadyExistsException", f"{name} exists already")
    role_exists(call, given["IamRoleArn"], "InvalidParameterValueException")
    made = {"ValidationWindowHours": 0, **given, PLAN: plan[PLAN], "CreationTime": now()}
    _selections(call, plan[PLAN])[name] = made
    arn = {"RestoreTestingPlanArn": plan["RestoreTestingPlanArn"]}
    return {**{key: made[key] for key in ("CreationTime", PLAN, SELECTION)}, **arn}


def _selection(call: Call) -> dict[str, Any]:
    name = call.params[SELECTION]
    found = _selections(call, _plan(call)[PLAN]).get(name)
    return found or refuse(NOT_FOUND, f"Restore testing selection {name} not found")


def get_selection(call: Call) -> Mapping[str, Any]:
    """One selection."""
    return {"RestoreTestingSelection": _selection(call)}


def update_selection(call: Call) -> Mapping[str, Any]:
    """Change a selection."""
    found = _selection(call)
    found.update(call.params["RestoreTestingSelection"], UpdateTime=now())
    arn = {"RestoreTestingPlanArn": _plan(call)["RestoreTestingPlanArn"]}
    return {**{key: found[key] for key in ("CreationTime", PLAN, SELECTION, "UpdateTime")}, **arn}


def delete_selection(call: Call) -> Mapping[str, Any]:
    """Remove a selection."""
    found = _selection(call)
    del _selections(call, found[PLAN])[found[SELECTION]]
    return {}


def list_selections(call: Call) -> Mapping[str, Any]:
    """The selections of a plan."""
    return {"RestoreTestingSelections": list(_selections(call, _plan(call)[PLAN]).values())}


ANSWERS = {
    "CreateRestoreTestingPlan": create_plan,
    "GetRestoreTestingPlan": get_plan,
    "UpdateRestoreTestingPlan": update_plan,
    "DeleteRestoreTestingPlan": delete_plan,
    "ListRestoreTestingPlans": list_plans,
    "CreateRestoreTestingSelection": create_selection,
    "GetRestoreTestingSelection": get_selection,
    "UpdateRestoreTestingSelection": update_selection,
    "DeleteRestoreTestingSelection": delete_selection,
    "ListRestoreTestingSelections": list_selections,
}
