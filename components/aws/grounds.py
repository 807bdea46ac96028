"""What the managed databases of a region stand on: subnet group, role of monitoring, log group."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch, iam, rds

from tricenter.components.aws.deployment import Deployment
from tricenter.components.aws.keys import Keys
from tricenter.components.aws.network import Networks
from tricenter.components.aws.trust import role_name, trust

MONITORING = "iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"
MONITORING_INTERVAL = 30
"""Seconds between the operating system's numbers of an instance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What is there before a managed database. Mappings are by region."""

    networks: Networks
    keys: Keys
    subnet_groups: Mapping[str, rds.SubnetGroup]
    monitoring: iam.Role
    attached: pulumi.Resource


def prepare(deployment: Deployment, networks: Networks, keys: Keys) -> Grounds:
    """A subnet group in each region, and the one role by which RDS writes its numbers."""
    root = deployment.tree.root
    name = deployment.name(None, "monitoring")
    role = iam.Role(
        name,
        name=role_name(deployment.stack, "monitoring"),
        description=f"Writes the numbers of the databases of {deployment.stack}",
        assume_role_policy=trust("monitoring.rds.amazonaws.com", deployment.account),
        tags=deployment.tags(name),
        opts=deployment.options(root),
    )
    attached = iam.RolePolicyAttachment(
        name,
        role=role.name,
        policy_arn=f"arn:{deployment.partition}:{MONITORING}",
        opts=deployment.options(root),
    )
    return Grounds(
        networks=networks,
        keys=keys,
        subnet_groups={region: _subnet_group(deployment, networks, region) for region in networks},
        monitoring=role,
        attached=attached,
    )


def make_log_group(
    deployment: Deployment,
    grounds: Grounds,
    region: str,
    names: Sequence[str],
    parent: pulumi.Resource,
) -> cloudwatch.LogGroup:
    """The log group that RDS would make itself, without an end and without our key.

    `names` are the logical name and the group's own.
    """
    name, path = names
    return cloudwatch.LogGroup(
        name,
        region=region,
        name=path,
        retention_in_days=deployment.log_days,
        kms_key_id=grounds.keys[region].arn,
        tags=deployment.tags(name),
        opts=deployment.options(parent),
    )


def _subnet_group(deployment: Deployment, networks: Networks, region: str) -> rds.SubnetGroup:
    name = deployment.name(region, "subnets")
    return rds.SubnetGroup(
        name,
        region=region,
        name=f"{deployment.stack}-databases",
        description=f"{deployment.stack}: the private subnets of its sites in {region}",
        subnet_ids=networks[region].group_subnets,
        tags=deployment.tags(name),
        opts=deployment.options(deployment.tree.root, serves=True),
    )
