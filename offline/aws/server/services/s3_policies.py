"""Policies of buckets: a refusal of requests without TLS is none here, where none has TLS.

moto does not read the conditions of a policy, so that it would refuse everybody.
"""

import json
from typing import Any, cast

from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.s3.models import FakeBucket

SERVICE = "s3"
TRANSPORT = "aws:SecureTransport"


def permitted(bucket: Any, action: str, resource: str) -> Any:
    """What the policy of a bucket says of an action, taking the request as one with TLS."""
    if bucket.policy is None:
        return PermissionResult.NEUTRAL
    policy: dict[str, Any] = json.loads(bucket.policy)
    stated = policy["Statement"]
    statements = cast(list[dict[str, Any]], stated if isinstance(stated, list) else [stated])
    policy["Statement"] = [one for one in statements if not _about_transport(one)]
    if not policy["Statement"]:
        return PermissionResult.NEUTRAL
    asked: Any = IAMPolicy(json.dumps(policy))
    return asked.is_action_permitted(action, resource)


def _about_transport(statement: dict[str, Any]) -> bool:
    conditions: dict[str, dict[str, Any]] = statement.get("Condition", {})
    return statement.get("Effect") == "Deny" and any(
        TRANSPORT in one for one in conditions.values()
    )


setattr(FakeBucket, "get_permission", permitted)  # noqa: B010 - moto has no place for it
