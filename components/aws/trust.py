"""Policies of roles: who may take one, and how rights are written."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from tricenter.topology.aws_names import identifier

LONGEST_ROLE = 64
Statement = Mapping[str, Any]


def trust(service: str, account: pulumi.Input[str]) -> pulumi.Output[str]:
    """The policy by which one service may take a role, for resources of this account alone.

    Without the condition another customer's resource could make the service act for us:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html (checked 2026-11-24).
    """

    def write(number: str) -> str:
        taking = {
            "Effect": "Allow",
            "Principal": {"Service": service},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"aws:SourceAccount": number}},
        }
        return policy([taking])

    return pulumi.Output.from_input(account).apply(write)


def allow(actions: Sequence[str], resources: Sequence[str], **more: Any) -> Statement:
    """One statement that allows actions on resources."""
    return {"Effect": "Allow", "Action": [*actions], "Resource": [*resources], **more}


def policy(statements: Sequence[Statement]) -> str:
    """A policy document of these statements."""
    return json.dumps({"Version": "2012-10-17", "Statement": [*statements]})


def role_name(*parts: str) -> str:
    """The name of a role, which is one of the whole account: with stack and purpose."""
    return identifier(*parts, longest=LONGEST_ROLE)
