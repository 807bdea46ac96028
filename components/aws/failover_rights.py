"""What the state machines of a failover may do: the calls of a move, on their databases. Pure."""

from collections.abc import Mapping, Sequence

from tricenter.components.aws.moves import Variant
from tricenter.components.aws.trust import allow, policy

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
) -> str:
    """Rights on global databases and their clusters (`members`), and on RDS copies to promote."""
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
    return policy(statements)
