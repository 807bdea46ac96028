"""Fencing: a function in the region that takes over cuts clients off from the lost region."""

from pathlib import Path

import pulumi
from pulumi_aws import cloudwatch, iam, lambda_

from tricenter.components.aws.deployment import Deployment
from tricenter.components.aws.guards import Guard
from tricenter.components.aws.keys import Keys
from tricenter.components.aws.network import Networks
from tricenter.components.aws.trust import allow, policy, role_name, trust
from tricenter.topology.aws_names import identifier, partition_of

SOURCE = Path(__file__).parent / "functions" / "fence.py"
RUNTIME = "python3.13"
SECONDS = 25
"""The function ends before the step that waits for it."""


def make_fence(
    deployment: Deployment, guard: Guard, networks: Networks, keys: Keys
) -> lambda_.Function:
    """The function, with the right to one entry list of the lost region and nothing else."""
    parent = deployment.tree.failover
    name = deployment.name(guard.region, "fence", guard.city)
    own = identifier(deployment.stack, "fence", guard.city, longest=64)
    group = cloudwatch.LogGroup(
        name,
        region=guard.region,
        name=f"/aws/lambda/{own}",
        retention_in_days=deployment.log_days,
        kms_key_id=keys[guard.region].arn,
        tags=deployment.tags(name),
        opts=deployment.options(parent),
    )
    role = iam.Role(
        name,
        name=role_name(deployment.stack, guard.region, "fence", guard.city),
        description=f"Cuts clients off from {guard.lost_region}",
        assume_role_policy=trust("lambda.amazonaws.com", deployment.account),
        tags=deployment.tags(name),
        opts=deployment.options(parent),
    )
    acl = networks[guard.lost_region].vpc.default_network_acl_id
    rights = iam.RolePolicy(
        name,
        role=role.id,
        policy=pulumi.Output.all(deployment.account, acl, group.arn).apply(
            lambda told: fence_rights(told[0], guard.lost_region, told[1], told[2])
        ),
        opts=deployment.options(parent),
    )
    return lambda_.Function(
        name,
        region=guard.region,
        name=own,
        description=f"{deployment.stack}: cuts clients off from {guard.lost_region}",
        runtime=RUNTIME,
        handler="fence.handler",
        code=pulumi.AssetArchive({"fence.py": pulumi.FileAsset(str(SOURCE))}),
        role=role.arn,
        timeout=SECONDS,
        # No key: Lambda keeps one only for environment variables, and this has none.
        tracing_config=lambda_.FunctionTracingConfigArgs(mode="PassThrough"),
        tags=deployment.tags(name),
        opts=deployment.options(parent, after=[group, rights]),
    )


def fence_rights(account: str, region: str, acl: str, group: str) -> str:
    """One entry list of the lost region, and the function's own log."""
    entries = ["ec2:CreateNetworkAclEntry", "ec2:DeleteNetworkAclEntry"]
    return policy(
        [
            allow(
                entries, [f"arn:{partition_of(region)}:ec2:{region}:{account}:network-acl/{acl}"]
            ),
            allow(["logs:CreateLogStream", "logs:PutLogEvents"], [f"{group}:*"]),
        ]
    )
