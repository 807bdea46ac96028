"""The roles of AWS Backup: one that may snapshot and copy, one that may restore for a test."""

from collections.abc import Sequence
from typing import Any

import pulumi
from pulumi_aws import iam

from tricenter.components.aws.deployment import Deployment
from tricenter.components.aws.keys import Keys
from tricenter.components.aws.trust import allow, policy, role_name, trust

SERVICE = "backup.amazonaws.com"
TESTED = {"Null": {"aws:ResourceTag/awsbackup-restore-test": "false"}}
"""Only what AWS Backup has made for a test carries this tag (checked 2026-11-24).

https://docs.aws.amazon.com/aws-backup/latest/devguide/restore-testing.html
"""
FOR_SERVICES = {"Bool": {"kms:GrantIsForAWSResource": "true"}}


def make_role(
    deployment: Deployment, arns: Sequence[pulumi.Output[str]], keys: Keys
) -> tuple[iam.Role, iam.RolePolicy]:
    """The role that makes snapshots of these clusters and instances, and copies of those."""
    name = deployment.name(None, "backup")
    parent = deployment.tree.snapshots
    role = _role(deployment, name, role_name(deployment.stack, "backup"), "Makes snapshots")
    told = pulumi.Output.all(
        deployment.account,
        pulumi.Output.all(*arns),
        pulumi.Output.all(*(k.arn for k in keys.values())),
    )
    rights = iam.RolePolicy(
        name,
        role=role.id,
        policy=told.apply(lambda args: backup_rights(*args)),
        opts=deployment.options(parent),
    )
    return role, rights


def make_restore_role(
    deployment: Deployment, region: str, backup: str
) -> tuple[iam.Role, iam.RolePolicy]:
    """The role that restores into new resources and deletes nothing but those."""
    name = deployment.name(region, "restore-test", backup)
    role = _role(
        deployment, name, role_name(deployment.stack, region, backup, "restore"), "Tests restores"
    )
    rights = iam.RolePolicy(
        name,
        role=role.id,
        policy=pulumi.Output.from_input(deployment.account).apply(
            lambda account: restore_rights(account, region)
        ),
        opts=deployment.options(deployment.tree.snapshots),
    )
    return role, rights


def backup_rights(account: str, arns: Sequence[str], keys: Sequence[str]) -> str:
    """Snapshots of these resources, copies of them, and nothing else."""
    points = [
        f"arn:aws:rds:*:{account}:{kind}:awsbackup:*" for kind in ("snapshot", "cluster-snapshot")
    ]
    snapshots = [
        f"rds:{verb}{kind}Snapshot"
        for verb in ("Create", "Copy", "Delete")
        for kind in ("DB", "DBCluster")
    ]
    return policy(
        [
            allow(
                [*snapshots, "rds:AddTagsToResource", "rds:ListTagsForResource"], [*arns, *points]
            ),
            allow(["rds:ModifyDBCluster", "rds:ModifyDBInstance"], arns),
            allow(
                [
                    "rds:DescribeDBClusterAutomatedBackups",
                    "rds:DescribeDBClusterSnapshots",
                    "rds:DescribeDBClusters",
                    "rds:DescribeDBInstanceAutomatedBackups",
                    "rds:DescribeDBInstances",
                    "rds:DescribeDBSnapshots",
                    "tag:GetResources",
                ],
                ["*"],
            ),
            allow(
                ["backup:CopyFromBackupVault", "backup:CopyIntoBackupVault", "backup:Describe*"],
                [f"arn:aws:backup:*:{account}:*", "arn:aws:backup:*:*:backup-vault:*"],
            ),
            allow(["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey*"], keys),
            allow(["kms:CreateGrant"], keys, Condition=FOR_SERVICES),
        ]
    )


def restore_rights(account: str, region: str) -> str:
    """A restore into new resources of a region; only what was made for a test may be deleted."""
    here = f"arn:aws:rds:{region}:{account}"
    made = [f"{here}:{kind}:*" for kind in ("cluster", "db", "cluster-snapshot", "snapshot")]
    grounds = [f"{here}:{kind}:*" for kind in ("subgrp", "pg", "cluster-pg", "og", "cluster-og")]
    return policy(
        [
            allow(
                [
                    "rds:AddTagsToResource",
                    "rds:CreateDBInstance",
                    "rds:RestoreDBClusterFromSnapshot",
                    "rds:RestoreDBClusterToPointInTime",
                    "rds:RestoreDBInstanceFromDBSnapshot",
                    "rds:RestoreDBInstanceToPointInTime",
                ],
                [*made, *grounds],
            ),
            allow(["rds:DeleteDBCluster", "rds:DeleteDBInstance"], made, Condition=TESTED),
            allow(["rds:Describe*", "rds:ListTagsForResource", "tag:GetResources"], ["*"]),
            allow(
                ["kms:CreateGrant"],
                [f"arn:aws:kms:{region}:{account}:key/*"],
                Condition=FOR_SERVICES,
            ),
            allow(["kms:DescribeKey"], [f"arn:aws:kms:{region}:{account}:key/*"]),
        ]
    )


def _role(deployment: Deployment, name: str, own: str, purpose: str) -> iam.Role:
    arguments: dict[str, Any] = {
        "name": own,
        "description": f"{purpose} of {deployment.stack}",
        "assume_role_policy": trust(SERVICE, deployment.account),
        "tags": deployment.tags(name),
    }
    return iam.Role(name, opts=deployment.options(deployment.tree.snapshots), **arguments)
