"""Flow logs: who spoke to whom in a region's network, kept encrypted for a stated time."""

from pulumi_aws import cloudwatch, ec2, iam, kms

from tricenter.components.aws.deployment import Deployment
from tricenter.components.aws.trust import allow, policy, role_name, trust


def make_flow_logs(
    deployment: Deployment, region: str, network: ec2.Vpc, key: kms.Key
) -> ec2.FlowLog:
    """All traffic of a network, accepted and refused, in a log group of its region."""
    name = deployment.name(region, "flow-logs")
    root = deployment.tree.root
    group = cloudwatch.LogGroup(
        name,
        region=region,
        name=f"/tricenter/{deployment.stack}/flow-logs",
        retention_in_days=deployment.log_days,
        kms_key_id=key.arn,
        tags=deployment.tags(name),
        opts=deployment.options(root),
    )
    role = iam.Role(
        name,
        name=role_name(deployment.stack, region, "flow-logs"),
        description=f"Writes the flow logs of {deployment.stack} in {region}",
        assume_role_policy=trust("vpc-flow-logs.amazonaws.com", deployment.account),
        tags=deployment.tags(name),
        opts=deployment.options(root),
    )
    rights = iam.RolePolicy(
        name, role=role.id, policy=group.arn.apply(_rights), opts=deployment.options(root)
    )
    return ec2.FlowLog(
        name,
        region=region,
        vpc_id=network.id,
        traffic_type="ALL",
        log_destination_type="cloud-watch-logs",
        log_destination=group.arn,
        iam_role_arn=role.arn,
        max_aggregation_interval=60,
        tags=deployment.tags(name),
        opts=deployment.options(root, after=[rights]),
    )


def _rights(group: str) -> str:
    """What the service asks for, also where the group is there (checked 2026-11-30).

    https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
    """
    actions = [
        *("logs:CreateLogGroup", "logs:CreateLogStream"),
        *("logs:DescribeLogStreams", "logs:PutLogEvents"),
    ]
    return policy([allow(actions, [group, f"{group}:*"]), allow(["logs:DescribeLogGroups"], ["*"])])
