"""Snapshots of machines' volumes: taken, copied to the other regions and ended by AWS itself."""

from collections.abc import Mapping

from pulumi_aws import dlm, iam, kms

from tricenter.components.aws.deployment import Deployment
from tricenter.components.aws.trust import allow, policy, role_name, trust
from tricenter.topology.cloudsql_settings import start_of
from tricenter.topology.machines import kept_days
from tricenter.topology.plan import Plan

SERVICE_POLICY = "iam::aws:policy/service-role/AWSDataLifecycleManagerServiceRole"
DAY_HOURS = 24
TAG = "tricenter:snapshots"
"""The one tag by which a policy finds its volumes, with the stack as value: several target tags
are alternatives, so a tag that other stacks' volumes have would take those along (checked
2026-11-30).

https://docs.aws.amazon.com/ebs/latest/userguide/snapshot-ami-policy.html
"""
MOST_COPIES = 3
"""Regions that one schedule copies to, at most (checked 2026-11-24).

https://docs.aws.amazon.com/ebs/latest/userguide/snapshot-ami-policy.html
"""


def make_schedules(deployment: Deployment, plan: Plan, keys: Mapping[str, kms.Key]) -> None:
    """A policy in each region with machines, by the first schedule of the spec."""
    if not plan.backups:
        return
    role = _role(deployment, keys)
    for region in keys:
        _policy(deployment, plan, region, keys, role)


def _policy(
    deployment: Deployment, plan: Plan, region: str, keys: Mapping[str, kms.Key], role: iam.Role
) -> None:
    backup = plan.backups[0]
    name = deployment.name(region, "volumes", backup.name)
    days = kept_days(backup) if deployment.production else 1
    others = [other for other in keys if other != region][:MOST_COPIES]
    dlm.LifecyclePolicy(
        name,
        region=region,
        # Letters, digits, spaces, dashes and underscores alone, as the API wants it.
        description=f"{deployment.stack} {backup.name} volumes",
        execution_role_arn=role.arn,
        state="ENABLED",
        policy_details=dlm.LifecyclePolicyPolicyDetailsArgs(
            policy_type="EBS_SNAPSHOT_MANAGEMENT",
            resource_types=["VOLUME"],
            target_tags={TAG: deployment.stack},
            schedules=[
                dlm.LifecyclePolicyPolicyDetailsScheduleArgs(
                    name=backup.name,
                    copy_tags=True,
                    create_rule=dlm.LifecyclePolicyPolicyDetailsScheduleCreateRuleArgs(
                        interval=DAY_HOURS, interval_unit="HOURS", times=start_of(backup.full)
                    ),
                    retain_rule=dlm.LifecyclePolicyPolicyDetailsScheduleRetainRuleArgs(count=days),
                    cross_region_copy_rules=[
                        dlm.LifecyclePolicyPolicyDetailsScheduleCrossRegionCopyRuleArgs(
                            target=other,
                            encrypted=True,
                            cmk_arn=keys[other].arn,
                            copy_tags=True,
                            retain_rule=dlm.LifecyclePolicyPolicyDetailsScheduleCrossRegionCopyRuleRetainRuleArgs(
                                interval=days, interval_unit="DAYS"
                            ),
                        )
                        for other in others
                    ],
                )
            ],
        ),
        tags=deployment.tags(name),
        opts=deployment.options(deployment.tree.snapshots),
    )


def _role(deployment: Deployment, keys: Mapping[str, kms.Key]) -> iam.Role:
    parent = deployment.tree.snapshots
    name = deployment.name(None, "volumes")
    role = iam.Role(
        name,
        name=role_name(deployment.stack, "volumes"),
        description=f"Takes and ends the snapshots of the volumes of {deployment.stack}",
        assume_role_policy=trust("dlm.amazonaws.com", deployment.account),
        tags=deployment.tags(name),
        opts=deployment.options(parent),
    )
    iam.RolePolicyAttachment(
        name,
        role=role.name,
        policy_arn=f"arn:{deployment.partition}:{SERVICE_POLICY}",
        opts=deployment.options(parent),
    )
    use = ["kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt",
           "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncrypt*"]  # fmt: skip
    made = [key.arn for key in keys.values()]
    iam.RolePolicy(
        name,
        name="keys",
        role=role.name,
        policy=made[0].all(*made).apply(lambda arns: policy([allow(use, arns)])),
        opts=deployment.options(parent),
    )
    return role
