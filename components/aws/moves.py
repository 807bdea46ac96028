"""One database's move as states: look who leads, make the one call, look until it leads. Pure.

The names of members are those of the SDK that Step Functions uses (checked 2026-11-24):
https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

State = dict[str, Any]
Variant = Literal["graceful", "forced"]

POLL_SECONDS = 15
CALLS: Mapping[Variant, str] = {
    "graceful": "arn:aws:states:::aws-sdk:rds:switchoverGlobalCluster",
    "forced": "arn:aws:states:::aws-sdk:rds:failoverGlobalCluster",
}
PROMOTE = "arn:aws:states:::aws-sdk:rds:promoteReadReplica"
GLOBAL = "arn:aws:states:::aws-sdk:rds:describeGlobalClusters"
INSTANCE = "arn:aws:states:::aws-sdk:rds:describeDBInstances"
WRITERS = "$.GlobalClusters[0].GlobalClusterMembers[?(@.IsWriter==true)].DbClusterArn"
SOURCE = "$.seen.instance.ReadReplicaSourceDBInstanceIdentifier"
LATER: State = {
    "ErrorEquals": ["States.ALL"],
    "IntervalSeconds": POLL_SECONDS,
    "MaxAttempts": 6,
    "BackoffRate": 1.5,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One database that moves: `group` is its global cluster, `target` the cluster's ARN there.

    On RDS there is no group, and `target` is the identifier of the copy that is promoted.
    """

    database: str
    group: str | None
    target: str


def look(move: Move) -> State:
    """The state that asks who leads, at the endpoint of the region that takes over."""
    if move.group:
        asked: State = {
            "Resource": GLOBAL,
            "Parameters": {"GlobalClusterIdentifier": move.group},
            "ResultSelector": {"writers.$": WRITERS, "status.$": "$.GlobalClusters[0].Status"},
        }
    else:
        asked = {
            "Resource": INSTANCE,
            "Parameters": {"DbInstanceIdentifier": move.target},
            "ResultSelector": {"instance.$": "$.DbInstances[0]"},
        }
    return {"Type": "Task", **asked, "ResultPath": "$.seen", "Retry": [LATER]}


def leads(move: Move) -> State:
    """The condition by which the target leads, after `look`."""
    if move.group:
        return {
            "And": [
                {"Variable": "$.seen.writers[0]", "IsPresent": True},
                {"Variable": "$.seen.writers[0]", "StringEquals": move.target},
                {"Variable": "$.seen.status", "StringEquals": "available"},
            ]
        }
    return {
        "And": [
            {"Variable": SOURCE, "IsPresent": False},
            {"Variable": "$.seen.instance.DbInstanceStatus", "StringEquals": "available"},
        ]
    }


def call(variant: Variant, move: Move) -> State:
    """The one call. RDS knows only the promotion; the lost region is then built anew."""
    if not move.group:
        asked: State = {"Resource": PROMOTE, "Parameters": {"DbInstanceIdentifier": move.target}}
    else:
        given: State = {
            "GlobalClusterIdentifier": move.group,
            "TargetDbClusterIdentifier": move.target,
        }
        if variant == "forced":
            given["AllowDataLoss"] = True
        asked = {"Resource": CALLS[variant], "Parameters": given}
    return {"Type": "Task", **asked, "ResultPath": None}


def branch(variant: Variant, move: Move) -> State:
    """The states of one database, that may be run again at any time."""
    led = leads(move) | {"Next": "Done"}
    return {
        "StartAt": "Look",
        "States": {
            "Look": look(move) | {"Next": "LeadsAlready"},
            "LeadsAlready": {"Type": "Choice", "Choices": [led], "Default": "Call"},
            "Call": call(variant, move) | {"Next": "Wait"},
            "Wait": {"Type": "Wait", "Seconds": POLL_SECONDS, "Next": "LookAgain"},
            "LookAgain": look(move) | {"Next": "LeadsNow"},
            "LeadsNow": {"Type": "Choice", "Choices": [led], "Default": "Wait"},
            "Done": {"Type": "Succeed"},
        },
    }
