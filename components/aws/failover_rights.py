"""What the state machines of a failover may do: the calls of a move, on their databases. Pure."""

from collections.abc import Mapping, Sequence

from tricenter.components.aws.moves import Variant
from tricenter.components.aws.trust import Statement, allow, policy
from tricenter.topology.dns.leader_name import KIND

LOGS = (
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
)
"""Delivery of logs knows no resource (checked 2026-11-24).

https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
"""


CALLS: Mapping[Variant, str] = {
    "graceful": "rds:SwitchoverGlobalCluster",
    "forced": "rds:FailoverGlobalCluster",
}


def machine_rights(
    variant: Variant,
    members: Sequence[str],
    copies: Sequence[str],
    topic: str,
    key: str,
    fence: str | None = None,
    zone: str | None = None,
    names: Sequence[str] = (),
) -> str:
    """Rights on global databases and their clusters (`members`), on RDS copies to promote, and on
    the names of a zone that follow those.
    """
    statements = [
        allow(["rds:DescribeDBInstances", "rds:DescribeGlobalClusters"], ["*"]),
        allow(["sns:Publish"], [topic]),
        allow(["kms:Decrypt", "kms:GenerateDataKey"], [key]),
        allow(LOGS, ["*"]),
    ]
    if fence is not None:
        statements.append(allow(["lambda:InvokeFunction"], [fence]))
    if members:
        statements.append(allow([CALLS[variant]], members))
    if copies:
        statements.append(allow(["rds:PromoteReadReplica"], copies))
    if zone is not None and names:
        statements.append(_turning(zone, names))
    return policy(statements)


def _turning(zone: str, names: Sequence[str]) -> Statement:
    """Nothing in the zone but these names: no other, none taken away, and none made an address.

    Names are compared in small letters and without a dot at the end (checked 2026-12-01):
    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/specifying-conditions-route53.html
    """
    action = "route53:ChangeResourceRecordSets"
    each = {
        f"{action}NormalizedRecordNames": [name.lower().rstrip(".") for name in names],
        f"{action}RecordTypes": [KIND],
        f"{action}Actions": ["UPSERT"],
    }
    return allow([action], [zone], Condition={"ForAllValues:StringEquals": each})
