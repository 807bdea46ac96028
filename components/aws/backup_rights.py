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
        policy=told.apply(lambda args: backup_rights(deployment.partition, *args)),
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
            lambda account: restore_rights(deployment.partition, account, region)
        ),
        opts=deployment.options(deployment.tree.snapshots),
    )
    return role, rights


def backup_rights(partition: str, account: str, arns: Sequence[str], keys: Sequence[str]) -> str:
    """Snapshots of these resources, copies of them, and nothing else.

    What each is asked on is AWS' own list; a recovery point of Aurora or RDS is a snapshot, or for
    a continuous backup the automated backups (checked 2026-11-30).
    https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsbackup.html
    https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSBackupServiceRolePolicyForBackup.html
    """
    rds = f"arn:{partition}:rds:*:{account}"
    points = {kind: f"{rds}:{kind}:awsbackup:*" for kind in ("snapshot", "cluster-snapshot")}
    automated = {kind: f"{rds}:{kind}:*" for kind in ("auto-backup", "cluster-auto-backup")}
    databases = {"snapshot": ":db:", "cluster-snapshot": ":cluster:"}
    statements = [
        statement
        for point, kind, changed in (
            ("snapshot", "DB", "DBInstance"),
            ("cluster-snapshot", "DBCluster", "DBCluster"),
        )
        if (of := [arn for arn in arns if databases[point] in arn])
        for statement in (
            allow([f"rds:Create{kind}Snapshot"], [*of, points[point]]),
            # To share a copy with the account of a vault is a change of its attributes.
            allow(
                [f"rds:{verb}{kind}Snapshot" for verb in ("Copy", "Delete")]
                + [f"rds:Modify{kind}SnapshotAttribute"],
                [points[point]],
            ),
            allow([f"rds:Modify{changed}"], of),
            allow(["rds:AddTagsToResource", "rds:ListTagsForResource"], [*of, points[point]]),
        )
    ]
    return policy(
        [
            *statements,
            allow(["rds:DeleteDBInstanceAutomatedBackup"], [automated["auto-backup"]]),
            allow(["rds:DeleteDBClusterAutomatedBackup"], [automated["cluster-auto-backup"]]),
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
            allow(["backup:CopyFromBackupVault"], [*points.values(), *automated.values()]),
            allow(
                ["backup:CopyIntoBackupVault", "backup:DescribeBackupVault"],
                # Of the spec's vaults some are in another account, and that one says who may.
                [f"arn:{partition}:backup:*:*:backup-vault:*"],
            ),
            allow(["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey*"], keys),
            allow(["kms:CreateGrant"], keys, Condition=FOR_SERVICES),
        ]
    )


def restore_rights(partition: str, account: str, region: str) -> str:
    """A restore into new resources of a region; only what was made for a test may be deleted."""
    here = f"arn:{partition}:rds:{region}:{account}"

    def of(*kinds: str) -> list[str]:
        return [f"{here}:{kind}:*" for kind in kinds]

    clusters, instances = ("cluster",), ("db",)
    grounds = ("subgrp", "og")
    return policy(
        [
            allow(["rds:AddTagsToResource"], of(*clusters, *instances)),
            allow(
                ["rds:RestoreDBClusterFromSnapshot"],
                of(*clusters, "cluster-snapshot", "cluster-pg", *grounds),
            ),
            allow(
                ["rds:RestoreDBClusterToPointInTime"],
                of(*clusters, "cluster-auto-backup", "cluster-pg", *grounds),
            ),
            allow(
                ["rds:RestoreDBInstanceFromDBSnapshot"],
                of(*instances, "snapshot", "cluster-snapshot", "pg", *grounds),
            ),
            allow(
                ["rds:RestoreDBInstanceToPointInTime"],
                of(*instances, "auto-backup", "pg", *grounds),
            ),
            allow(["rds:DeleteDBCluster"], of(*clusters), Condition=TESTED),
            allow(["rds:DeleteDBInstance"], of(*instances), Condition=TESTED),
            allow(["rds:Describe*", "rds:ListTagsForResource", "tag:GetResources"], ["*"]),
            allow(
                ["kms:CreateGrant"],
                [f"arn:{partition}:kms:{region}:{account}:key/*"],
                Condition=FOR_SERVICES,
            ),
            allow(["kms:DescribeKey"], [f"arn:{partition}:kms:{region}:{account}:key/*"]),
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
