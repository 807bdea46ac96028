"""What only the leading Cloud SQL instance carries: backups and maintenance, in the API's words.

A copy may have neither. So whoever changes roles, by a verb or a workflow, gives these settings to
the new leader, and the program that declares the same then finds nothing to change.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from tricenter.topology.cron import fires
from tricenter.topology.managed_instances import ManagedInstance
from tricenter.topology.plan import Plan, PlannedBackup, PlannedDatabase

LONGEST_LOG = 35
"""Days that the log can be kept for recovery to a point in time, on Enterprise Plus.
Checked 2026-11-24: https://cloud.google.com/sql/docs/postgres/backup-recovery/configure-pitr"""
MOST_BACKUPS = 365
DEFAULT_DAYS, DEFAULT_START = 7, "02:00"
SUNDAY, MAINTENANCE_HOUR = 7, 18
"""Cloud SQL counts days from Monday as 1 and hours in UTC; a place may only be given one window."""
CONTINENTS = {"asia": "asia", "europe": "eu", "us": "us", "northamerica": "us"}
"""Where Cloud SQL keeps backups in several regions, by how a region's name begins; for the others
the service itself takes the nearest of these. Checked 2026-11-30:
https://cloud.google.com/sql/docs/postgres/locations#location-mr"""
A_MONDAY = datetime(2026, 1, 5, tzinfo=UTC)


def leader_settings(
    plan: Plan, database: PlannedDatabase, instances: tuple[ManagedInstance, ...], site: str
) -> dict[str, Any]:
    """The part of `settings` that the instance standing for `site` has while it leads.

    Keys and values are those of the Cloud SQL Admin API, v1: `instances.patch` takes them as they
    are under `settings`. Backups lie in several regions of the continent: in the other site's they
    would fail for as long as that is lost, which is just when this one leads.
    """
    backup = backup_of(plan, database.name)
    region = next(one.region for one in instances if site in one.sites)
    several = CONTINENTS.get(region.partition("-")[0])
    days = min(max(backup.daily, 1), LONGEST_LOG) if backup else DEFAULT_DAYS
    retained = min(max(backup.daily if backup else DEFAULT_DAYS, days + 1), MOST_BACKUPS)
    return {
        "backupConfiguration": {
            "enabled": True,
            "startTime": start_of(backup.full) if backup else DEFAULT_START,
            **({"location": several} if several else {}),
            "pointInTimeRecoveryEnabled": True,
            "transactionLogRetentionDays": days,
            "backupRetentionSettings": {"retainedBackups": retained, "retentionUnit": "COUNT"},
        },
        "maintenanceWindow": {
            "day": SUNDAY,
            "hour": MAINTENANCE_HOUR,
            "updateTrack": "stable",
        },
    }


def backup_of(plan: Plan, database: str) -> PlannedBackup | None:
    """The first schedule that has the database, None where it has none."""
    return next((backup for backup in plan.backups if database in backup.databases), None)


def start_of(cron: str) -> str:
    """The hour and minute, in UTC, at which a schedule first fires in a week: `02:00`."""
    first = next(fires(cron, A_MONDAY - timedelta(minutes=1), A_MONDAY + timedelta(days=366)), None)
    return f"{first or A_MONDAY:%H:%M}"
