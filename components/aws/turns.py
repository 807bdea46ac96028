"""Turning the name of a database's leader as a state, for services that do not do it. Pure."""

from dataclasses import dataclass
from typing import Any

from tricenter.topology.dns.leader_name import KIND, LeaderName

State = dict[str, Any]

POLL_SECONDS = 15
ANYTHING = {"ErrorEquals": ["States.ALL"]}
TURN = "arn:aws:states:::aws-sdk:route53:changeResourceRecordSets"
"""Route 53 is one service for all regions, so that any region's machine reaches it.

Members are in Pascal case, `TTL` as well (checked 2026-12-01):
https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
"""
TURN_SECONDS, TURN_TRIES = 30, 40
"""How long one try may last, and how many come after the first: half an hour with the pauses.
Records are edited in one region, which may have its own disaster."""
ENDPOINT = "$.seen.instance.Endpoint.Address"
"""Where a look at an instance leaves its host."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A name that is to lead to the new leader, and the zone that it is in."""

    zone: str
    name: LeaderName


def turn(asked: Turn) -> State:
    """Write the name's record as the component does, with the host that was seen last."""
    record = {
        "Name": asked.name.name,
        "Type": KIND,
        "Ttl": asked.name.ttl,
        "ResourceRecords": [{"Value.$": ENDPOINT}],
    }
    again = {"IntervalSeconds": POLL_SECONDS, "MaxAttempts": TURN_TRIES, "BackoffRate": 1.0}
    return {
        "Type": "Task",
        "Resource": TURN,
        "TimeoutSeconds": TURN_SECONDS,
        "Parameters": {
            "HostedZoneId": asked.zone,
            "ChangeBatch": {"Changes": [{"Action": "UPSERT", "ResourceRecordSet": record}]},
        },
        "ResultPath": None,
        "Retry": [ANYTHING | again],
    }
