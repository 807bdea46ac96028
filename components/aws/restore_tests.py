"""Restore tests as a service: a backup is restored by the clock, looked at, and thrown away."""

import json
import re
from collections.abc import Sequence

import pulumi
from pulumi_aws import backup as aws_backup

from tricenter.components.aws.backup_rights import make_restore_role
from tricenter.components.aws.deployment import Deployment
from tricenter.components.aws.grounds import Grounds
from tricenter.components.aws.managed import ManagedDatabase
from tricenter.components.aws.schedules import restore_test_cron
from tricenter.topology.aws_names import identifier
from tricenter.topology.plan import PlannedBackup

LONGEST_NAME = 50
WINDOW_DAYS = 8
"""The newest backup of these days is restored: a week, and a day for one that failed."""
VALIDATION_HOURS = 4
"""How long the restored database stays, for a look into it. Of Aurora that is a cluster without an
instance: AWS Backup makes none, so who wants to look makes one (docs/clouds.md)."""
TYPES = {"aurora": "Aurora", "rds": "RDS"}


def make_restore_test(
    deployment: Deployment,
    grounds: Grounds,
    region: str,
    backup: PlannedBackup,
    held: Sequence[ManagedDatabase],
    vault: aws_backup.Vault,
) -> None:
    """A plan of restore tests in a region, with a selection for each service it has."""
    parent = deployment.tree.snapshots
    name = deployment.name(region, "restore-test", backup.name)
    plan = aws_backup.RestoreTestingPlan(
        name,
        region=region,
        name=_name(deployment.stack, backup.name),
        schedule_expression=restore_test_cron(backup),
        schedule_expression_timezone="Etc/UTC",
        start_window_hours=1,
        recovery_point_selection=aws_backup.RestoreTestingPlanRecoveryPointSelectionArgs(
            algorithm="LATEST_WITHIN_WINDOW",
            include_vaults=[vault.arn],
            recovery_point_types=["SNAPSHOT", "CONTINUOUS"],
            selection_window_days=WINDOW_DAYS,
        ),
        tags=deployment.tags(name),
        opts=deployment.options(parent),
    )
    role, rights = make_restore_role(deployment, region, backup.name)
    for service in sorted({managed.service for managed in held}):
        aws_backup.RestoreTestingSelection(
            f"{name}-{service}",
            region=region,
            name=_name(deployment.stack, backup.name, service),
            restore_testing_plan_name=plan.name,
            protected_resource_type=TYPES[service],
            protected_resource_arns=[m.arns[region] for m in held if m.service == service],
            iam_role_arn=role.arn,
            restore_metadata_overrides=_placed(grounds, region),
            validation_window_hours=VALIDATION_HOURS,
            opts=deployment.options(parent, after=[rights]),
        )


def _placed(grounds: Grounds, region: str) -> dict[str, pulumi.Output[str]]:
    """Where a test restores to: the databases' own subnets and rules of access.

    What AWS Backup infers is the account's default network, and where that was deleted every test
    fails; lists are JSON (checked 2026-11-30).
    https://docs.aws.amazon.com/aws-backup/latest/devguide/restore-testing-inferred-metadata.html
    """
    return {
        "dbSubnetGroupName": grounds.subnet_groups[region].name,
        "vpcSecurityGroupIds": grounds.networks[region].databases.id.apply(
            lambda group: json.dumps([group])
        ),
    }


def _name(*parts: str) -> str:
    """A name of letters, digits and underscores, which is all that AWS takes here."""
    return re.sub(r"[^A-Za-z0-9_]", "_", identifier(*parts, longest=LONGEST_NAME))
