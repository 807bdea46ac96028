"""The arguments of AlloyDB that follow from the plan: version, flags, backups."""

from collections.abc import Mapping
from typing import Any

import pulumi_gcp as gcp

from tricenter.components.gcp.cloudsql_arguments import (
    DEFAULT_VERSION,
    RESERVED_CONNECTIONS,
    SLOW_STATEMENT,
)
from tricenter.topology.plan import PlannedDatabase

alloydb = gcp.alloydb
FEWEST_CONNECTIONS = 1000
"""The least that AlloyDB takes for max_connections."""


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
    wanted: Mapping[str, Any] | None,
) -> gcp.alloydb.ClusterAutomatedBackupPolicyArgs:
    """Daily backups, of what the leader has (`leader_backups`); off where a cluster does not."""
    if wanted is None:
        return alloydb.ClusterAutomatedBackupPolicyArgs(enabled=False)
    policy = wanted["automatedBackupPolicy"]
    schedule = policy["weeklySchedule"]
    key = policy.get("encryptionConfig")
    return alloydb.ClusterAutomatedBackupPolicyArgs(
        enabled=policy["enabled"],
        location=policy["location"],
        backup_window=policy["backupWindow"],
        weekly_schedule=alloydb.ClusterAutomatedBackupPolicyWeeklyScheduleArgs(
            days_of_weeks=schedule["daysOfWeek"],
            start_times=[
                alloydb.ClusterAutomatedBackupPolicyWeeklyScheduleStartTimeArgs(
                    hours=start["hours"], minutes=0, seconds=0, nanos=0
                )
                for start in schedule["startTimes"]
            ],
        ),
        time_based_retention=alloydb.ClusterAutomatedBackupPolicyTimeBasedRetentionArgs(
            retention_period=policy["timeBasedRetention"]["retentionPeriod"]
        ),
        encryption_config=alloydb.ClusterAutomatedBackupPolicyEncryptionConfigArgs(
            kms_key_name=key["kmsKeyName"]
        )
        if key
        else None,
        labels=policy["labels"],
    )


def continuous_backups(
    wanted: Mapping[str, Any] | None,
) -> gcp.alloydb.ClusterContinuousBackupConfigArgs:
    """Recovery to a point in time, of what the leader has; off where a cluster does not lead."""
    if wanted is None:
        return alloydb.ClusterContinuousBackupConfigArgs(enabled=False)
    config = wanted["continuousBackupConfig"]
    key = config.get("encryptionConfig")
    return alloydb.ClusterContinuousBackupConfigArgs(
        enabled=config["enabled"],
        recovery_window_days=config["recoveryWindowDays"],
        encryption_config=alloydb.ClusterContinuousBackupConfigEncryptionConfigArgs(
            kms_key_name=key["kmsKeyName"]
        )
        if key
        else None,
    )
