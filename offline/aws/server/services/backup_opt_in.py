"""Which services AWS Backup is opted in for in a region, which moto does not have."""

from collections.abc import Mapping
from typing import Any

from tricenter.offline.aws.server.call import Call

SERVICE = "backup"
OF_A_NEW_ACCOUNT = ("Aurora", "DynamoDB", "EBS", "EC2", "EFS", "RDS", "S3")
"""What an emulated account begins with."""


def _kept(call: Call) -> dict[str, Any]:
    """The region's preferences, as an object that is kept."""
    tables = call.tables.of(call.account, call.region, "backup opt-in")
    return tables.setdefault("preferences", dict.fromkeys(OF_A_NEW_ACCOUNT, True))


def describe(call: Call) -> Mapping[str, Any]:
    """What a region is opted in for."""
    return {"ResourceTypeOptInPreference": dict(_kept(call))}


def update(call: Call) -> Mapping[str, Any]:
    """Opt in, or out."""
    _kept(call).update(call.params.get("ResourceTypeOptInPreference") or {})
    return {}


ANSWERS = {"DescribeRegionSettings": describe, "UpdateRegionSettings": update}
