"""What the state machines of a failover may do: the calls of a move, on their databases. Pure."""

from collections.abc import Sequence

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


def machine_rights(
    members: Sequence[str], copies: Sequence[str], topic: str, fence: str, key: str
) -> str:
    """Rights on global databases and their clusters (`members`), and on RDS copies to promote."""
    statements = [
        allow(["rds:DescribeDBInstances", "rds:DescribeGlobalClusters"], ["*"]),
        allow(["sns:Publish"], [topic]),
        allow(["lambda:InvokeFunction"], [fence]),
        allow(["kms:Decrypt", "kms:GenerateDataKey"], [key]),
        allow(LOGS, ["*"]),
    ]
    if members:
        statements.append(
            allow(["rds:FailoverGlobalCluster", "rds:SwitchoverGlobalCluster"], members)
        )
    if copies:
        statements.append(allow(["rds:PromoteReadReplica"], copies))
    return policy(statements)
