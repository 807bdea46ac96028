"""What only the leading AlloyDB cluster carries: its backups, in the API's words.

They are taken where the data is written. So whoever changes roles gives them to the new leader, and
the program that declares the same then finds nothing to change.
"""

from collections.abc import Mapping
from typing import Any

from tricenter.topology.cloudsql_settings import DEFAULT_DAYS, DEFAULT_START, backup_of, start_of
from tricenter.topology.plan import Plan, PlannedDatabase

LONGEST_WINDOW = 35
"""Days of recovery to a point in time. Checked 2026-11-24:
https://cloud.google.com/alloydb/docs/backup/configure"""
WINDOW = "3600s"
DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
DAY_S = 24 * 3600


def leader_backups(
    plan: Plan,
    database: PlannedDatabase,
    region: str,
    *,
    key: object | None,
    labels: Mapping[str, str],
) -> dict[str, Any]:
    """The part of a cluster that it has while it leads.

    Keys and values are those of the AlloyDB API, v1: `clusters.patch` takes them as they are.
    `key` is the name of the key of the cluster's region, as a text or what will become one, and
    None where Google's own is used; `labels` are what the daily backups are found by.
    """
    backup = backup_of(plan, database.name)
    days = max(backup.daily if backup else DEFAULT_DAYS, 1)
    # It takes whole hours alone.
    hour = int((start_of(backup.full) if backup else DEFAULT_START).split(":")[0])
    encrypted = {"encryptionConfig": {"kmsKeyName": key}} if key is not None else {}
    return {
        "automatedBackupPolicy": {
            "enabled": True,
            "location": region,
            "backupWindow": WINDOW,
            "weeklySchedule": {"daysOfWeek": list(DAYS), "startTimes": [{"hours": hour}]},
            "timeBasedRetention": {"retentionPeriod": f"{days * DAY_S}s"},
            "labels": dict(labels),
            **encrypted,
        },
        "continuousBackupConfig": {
            "enabled": True,
            "recoveryWindowDays": min(days, LONGEST_WINDOW),
            **encrypted,
        },
    }
