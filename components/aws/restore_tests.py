"""Restore tests as a service: a backup is restored by the clock, looked at, and thrown away."""

import re
from collections.abc import Sequence

from pulumi_aws import backup as aws_backup

from tricenter.components.aws.backup_rights import make_restore_role
from tricenter.components.aws.deployment import Deployment
from tricenter.components.aws.managed import ManagedDatabase
from tricenter.components.aws.schedules import restore_test_cron
from tricenter.topology.aws_names import identifier
from tricenter.topology.plan import PlannedBackup

LONGEST_NAME = 50
WINDOW_DAYS = 8
"""The newest backup of these days is restored: a week, and a day for one that failed."""
VALIDATION_HOURS = 4
"""How long the restored database stays, for a look into it."""
TYPES = {"aurora": "Aurora", "rds": "RDS"}


def make_restore_test(
    deployment: Deployment,
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
            validation_window_hours=VALIDATION_HOURS,
            opts=deployment.options(parent, after=[rights]),
        )


def _name(*parts: str) -> str:
    """A name of letters, digits and underscores, which is all that AWS takes here."""
    return re.sub(r"[^A-Za-z0-9_]", "_", identifier(*parts, longest=LONGEST_NAME))
