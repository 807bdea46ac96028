"""The arguments of AlloyDB that follow from the plan: version, flags, backups."""

import pulumi
import pulumi_gcp as gcp

from tricenter.components.gcp.cloudsql_arguments import (
    DEFAULT_VERSION,
    RESERVED_CONNECTIONS,
    SLOW_STATEMENT,
)
from tricenter.components.gcp.deployment import Deployment
from tricenter.topology.cloudsql_settings import DEFAULT_DAYS, DEFAULT_START, backup_of, start_of
from tricenter.topology.managed_instances import ManagedInstance
from tricenter.topology.plan import PlannedDatabase

alloydb = gcp.alloydb
LONGEST_WINDOW = 35
"""Days of recovery to a point in time. Checked 2026-11-24:
https://cloud.google.com/alloydb/docs/backup/configure"""
FEWEST_CONNECTIONS = 1000
"""The least that AlloyDB takes for max_connections."""
DAYS = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"]


def version_of(database: PlannedDatabase) -> str:
    """The engine's version in AlloyDB's word: POSTGRES_17."""
    return f"POSTGRES_{(database.version or DEFAULT_VERSION).split('.')[0]}"


def database_flags(database: PlannedDatabase) -> dict[str, str]:
    """PostgreSQL's settings; identical on every instance."""
    wanted = database.load_connections * 5 // 4 + RESERVED_CONNECTIONS
    return {
        "alloydb.iam_authentication": "on",
        "alloydb.enable_pgaudit": "on",
        "pgaudit.log": "ddl,role",
        "log_connections": "on",
        "log_disconnections": "on",
        "log_lock_waits": "on",
        "log_min_duration_statement": str(SLOW_STATEMENT),
        "max_connections": str(max(wanted, FEWEST_CONNECTIONS)),
    }


def automated_backups(
    deployment: Deployment,
    database: PlannedDatabase,
    instance: ManagedInstance,
    key: pulumi.Output[str] | None,
    *,
    leads: bool,
) -> gcp.alloydb.ClusterAutomatedBackupPolicyArgs:
    """Daily backups, kept as long as the spec says; off where the cluster does not lead."""
    if not leads:
        return alloydb.ClusterAutomatedBackupPolicyArgs(enabled=False)
    backup = backup_of(deployment.plan, database.name)
    hour = int((start_of(backup.full) if backup else DEFAULT_START).split(":")[0])
    days = max(backup.daily if backup else DEFAULT_DAYS, 1)
    return alloydb.ClusterAutomatedBackupPolicyArgs(
        enabled=True,
        location=instance.region,
        backup_window="3600s",
        weekly_schedule=alloydb.ClusterAutomatedBackupPolicyWeeklyScheduleArgs(
            days_of_weeks=DAYS,
            start_times=[
                alloydb.ClusterAutomatedBackupPolicyWeeklyScheduleStartTimeArgs(
                    # It takes whole hours alone.
                    hours=hour,
                    minutes=0,
                    seconds=0,
                    nanos=0,
                )
            ],
        ),
        time_based_retention=alloydb.ClusterAutomatedBackupPolicyTimeBasedRetentionArgs(
            retention_period=f"{days * 24 * 3600}s"
        ),
        encryption_config=alloydb.ClusterAutomatedBackupPolicyEncryptionConfigArgs(kms_key_name=key)
        if key
        else None,
        labels=deployment.labels(database=database.name),
    )


def continuous_backups(
    deployment: Deployment,
    database: PlannedDatabase,
    key: pulumi.Output[str] | None,
    *,
    leads: bool,
) -> gcp.alloydb.ClusterContinuousBackupConfigArgs:
    """Recovery to a point in time; off where the cluster does not lead."""
    if not leads:
        return alloydb.ClusterContinuousBackupConfigArgs(enabled=False)
    backup = backup_of(deployment.plan, database.name)
    return alloydb.ClusterContinuousBackupConfigArgs(
        enabled=True,
        recovery_window_days=min(max(backup.daily if backup else DEFAULT_DAYS, 1), LONGEST_WINDOW),
        encryption_config=alloydb.ClusterContinuousBackupConfigEncryptionConfigArgs(
            kms_key_name=key
        )
        if key
        else None,
    )
