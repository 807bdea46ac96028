"""ARC Region switch: plans for changing regions, which moto does not have."""

from collections.abc import Mapping
from typing import Any

from moto.moto_api._internal import mock_random

from tricenter.offline.aws.server.call import Call, refuse
from tricenter.offline.aws.server.services.backup_points import now
from tricenter.offline.aws.server.services.iam_roles import role_exists

SERVICE = "arc-region-switch"


def _plans(call: Call) -> dict[str, Any]:
    return call.tables.of(call.account, "", "region switch plans")


def _plan(call: Call, arn: str) -> dict[str, Any]:
    found = _plans(call).get(arn)
    return found or refuse("ResourceNotFoundException", f"no plan {arn}")


def create(call: Call) -> Mapping[str, Any]:
    """Make a plan."""
    given = call.params
    role_exists(call, given["executionRole"], "ValidationException")
    if any(plan["name"] == given["name"] for plan in _plans(call).values()):
        refuse("ValidationException", f"a plan {given['name']} exists already")
    if given["recoveryApproach"] == "activePassive" and not given.get("primaryRegion"):
        refuse("ValidationException", "primaryRegion is needed with activePassive")
    suffix = mock_random.get_random_string(length=6, lower_case=True)
    arn = f"arn:aws:arc-region-switch::{call.account}:plan/{given['name']}:{suffix}"
    made = {
        **given,
        "arn": arn,
        "owner": call.account,
        "version": "1",
        "updatedAt": now(),
        "tags": dict(given.get("tags") or {}),
    }
    _plans(call)[arn] = made
    return {"plan": made}


def get(call: Call) -> Mapping[str, Any]:
    """One plan."""
    return {"plan": _plan(call, call.params["arn"])}


def update(call: Call) -> Mapping[str, Any]:
    """Change a plan, which gets a new version."""
    found = _plan(call, call.params["arn"])
    changes = {key: value for key, value in call.params.items() if key != "arn"}
    found.update(changes, updatedAt=now(), version=str(int(found["version"]) + 1))
    return {"plan": found}


def delete(call: Call) -> Mapping[str, Any]:
    """Remove a plan."""
    del _plans(call)[_plan(call, call.params["arn"])["arn"]]
    return {}


def list_all(call: Call) -> Mapping[str, Any]:
    """All plans."""
    return {"plans": list(_plans(call).values())}


def tags(call: Call) -> Mapping[str, Any]:
    """All tags."""
    return {"resourceTags": _plan(call, call.params["arn"])["tags"]}


def tag(call: Call) -> Mapping[str, Any]:
    """Set tags."""
    _plan(call, call.params["arn"])["tags"].update(call.params["tags"])
    return {}


def untag(call: Call) -> Mapping[str, Any]:
    """Take tags away."""
    for key in call.params["resourceTagKeys"]:
        _plan(call, call.params["arn"])["tags"].pop(key, None)
    return {}


ANSWERS = {
    "CreatePlan": create,
    "GetPlan": get,
    "UpdatePlan": update,
    "DeletePlan": delete,
    "ListPlans": list_all,
    "ListTagsForResource": tags,
    "TagResource": tag,
    "UntagResource": untag,
}
