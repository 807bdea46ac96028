"""AWS IAM: policies, as far as they give everything."""

import json
from collections.abc import Iterator
from typing import Any

from tricenter.policies.resources.facts import Fact, Grant
from tricenter.policies.resources.resource import Resource
from tricenter.policies.resources.values import UNKNOWN, Known, each, step

ADMINISTRATOR = "policy/AdministratorAccess"


def policy(made: Resource) -> Iterator[Fact]:
    """A policy document, as a text or as an object."""
    yield Grant(
        place=made.place, title=f"policy {made.name}", everything=_everything(made.read("policy"))
    )


def attachment(made: Resource) -> Iterator[Fact]:
    """A policy of AWS's own that is given to somebody."""
    arn = made.text("policyArn")
    yield Grant(
        place=made.place,
        title=f"attachment {made.name}",
        everything=UNKNOWN if arn is UNKNOWN else str(arn).endswith(ADMINISTRATOR),
        what="AdministratorAccess",
    )


def _everything(document: Any) -> Known[bool]:
    if document is UNKNOWN:
        return UNKNOWN
    try:
        read = json.loads(document) if isinstance(document, str) else document
    except ValueError:
        return False
    return any(
        step(statement, "Effect") == "Allow"
        and "*" in set(map(str, each(step(statement, "Action"))))
        and "*" in set(map(str, each(step(statement, "Resource"))))
        for statement in each(step(read, "Statement"))
    )


READS = {
    "aws:iam/policy:Policy": policy,
    "aws:iam/rolePolicy:RolePolicy": policy,
    "aws:iam/userPolicy:UserPolicy": policy,
    "aws:iam/groupPolicy:GroupPolicy": policy,
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": attachment,
    "aws:iam/userPolicyAttachment:UserPolicyAttachment": attachment,
    "aws:iam/groupPolicyAttachment:GroupPolicyAttachment": attachment,
}
