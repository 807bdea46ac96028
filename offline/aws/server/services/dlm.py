"""Data Lifecycle Manager: policies for snapshots of volumes, which moto does not have."""

from collections.abc import Mapping
from typing import Any

from moto.moto_api._internal import mock_random

from tricenter.offline.aws.server.call import Call, refuse
from tricenter.offline.aws.server.services.backup_points import now
from tricenter.offline.aws.server.services.iam_roles import role_exists

SERVICE = "dlm"


def policies(call: Call) -> dict[str, Any]:
    """Every policy of a region, by its id."""
    return call.tables.of(call.account, call.region, "lifecycle policies")


def _policy(call: Call, name: str) -> dict[str, Any]:
    found = policies(call).get(name)
    return found or refuse("ResourceNotFoundException", f"no policy {name}")


def create(call: Call) -> Mapping[str, Any]:
    """Make a policy."""
    role_exists(call, call.params["ExecutionRoleArn"], "InvalidRequestException")
    name = f"policy-{mock_random.get_random_hex(17)}"
    made = {
        **call.params,
        "PolicyId": name,
        "PolicyArn": f"arn:aws:dlm:{call.region}:{call.account}:policy/{name}",
        "DateCreated": now(),
        "DateModified": now(),
        "Tags": dict(call.params.get("Tags") or {}),
        "StatusMessage": call.params["State"],
    }
    policies(call)[name] = made
    return {"PolicyId": name}


def get(call: Call) -> Mapping[str, Any]:
    """One policy."""
    return {"Policy": _policy(call, call.params["PolicyId"])}


def list_all(call: Call) -> Mapping[str, Any]:
    """All policies, in short."""
    keys = ("PolicyId", "Description", "State", "Tags")
    return {"Policies": [{key: p[key] for key in keys} for p in policies(call).values()]}


def update(call: Call) -> Mapping[str, Any]:
    """Change a policy."""
    found = _policy(call, call.params["PolicyId"])
    found.update({k: v for k, v in call.params.items() if k != "PolicyId"}, DateModified=now())
    return {}


def delete(call: Call) -> Mapping[str, Any]:
    """Remove a policy; the snapshots that it made stay."""
    del policies(call)[_policy(call, call.params["PolicyId"])["PolicyId"]]
    return {}


def _by_arn(call: Call) -> dict[str, Any]:
    return _policy(call, str(call.params["ResourceArn"]).rpartition("/")[2])


def tag(call: Call) -> Mapping[str, Any]:
    """Set tags."""
    _by_arn(call)["Tags"].update(call.params["Tags"])
    return {}


def untag(call: Call) -> Mapping[str, Any]:
    """Take tags away."""
    for key in call.params["TagKeys"]:
        _by_arn(call)["Tags"].pop(key, None)
    return {}


def tags(call: Call) -> Mapping[str, Any]:
    """All tags."""
    return {"Tags": _by_arn(call)["Tags"]}


ANSWERS = {
    "CreateLifecyclePolicy": create,
    "GetLifecyclePolicy": get,
    "GetLifecyclePolicies": list_all,
    "UpdateLifecyclePolicy": update,
    "DeleteLifecyclePolicy": delete,
    "TagResource": tag,
    "UntagResource": untag,
    "ListTagsForResource": tags,
}
