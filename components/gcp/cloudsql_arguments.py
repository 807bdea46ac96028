"""The settings of a Cloud SQL instance: size, places, safety, what is logged and watched."""

import pulumi
import pulumi_gcp as gcp

from tricenter.components.gcp.deployment import Deployment
from tricenter.topology.cloudsql_settings import leader_settings
from tricenter.topology.gcp_disks import sql_disk
from tricenter.topology.managed_instances import ManagedInstance
from tricenter.topology.plan import PlannedDatabase

sql = gcp.sql
DEFAULT_TIER = "db-perf-optimized-N-2"
"""The smallest machine of Enterprise Plus. Checked 2026-11-24:
https://cloud.google.com/sql/docs/postgres/create-instance#machine-types"""
DEFAULT_VERSION = "17"
SMALLEST_DISK = 10
GIB = 1024
RESERVED_CONNECTIONS = 50
"""For people, replication and the service itself, above what the load asks for."""
SLOW_STATEMENT = 1000
"""Milliseconds from which a statement is logged."""
FINAL_BACKUP_DAYS = 30


def version_of(database: PlannedDatabase) -> str:
    """The engine's version in Cloud SQL's word: POSTGRES_17."""
    return f"POSTGRES_{(database.version or DEFAULT_VERSION).split('.')[0]}"


def instance_settings(
    deployment: Deployment,
    database: PlannedDatabase,
    instances: tuple[ManagedInstance, ...],
    instance: ManagedInstance,
    *,
    leads: bool,
    network: pulumi.Input[str],
    allocated: pulumi.Input[str],
) -> gcp.sql.DatabaseInstanceSettingsArgs:
    """The settings of an instance. But for what only a leader has, copies have the same: a copy
    that is smaller or set otherwise could not carry the load, or follow at all."""
    backups, window = (
        _leaders_own(deployment, database, instances, instance) if leads else (None, None)
    )
    keep = not deployment.drill
    return sql.DatabaseInstanceSettingsArgs(
        tier=instance.machine or DEFAULT_TIER,
        edition="ENTERPRISE_PLUS",
        # Also of the copy: once it leads, its region must survive the loss of a zone.
        availability_type="REGIONAL",
        location_preference=sql.DatabaseInstanceSettingsLocationPreferenceArgs(
            zone=instance.zone, secondary_zone=instance.second_zone
        ),
        activation_policy="ALWAYS",
        disk_type=sql_disk(instance.machine),
        disk_size=disk_gib(database),
        disk_autoresize=True,
        data_cache_config=sql.DatabaseInstanceSettingsDataCacheConfigArgs(data_cache_enabled=True),
        deletion_protection_enabled=keep,
        retain_backups_on_delete=keep,
        final_backup_config=sql.DatabaseInstanceSettingsFinalBackupConfigArgs(
            enabled=keep, retention_days=FINAL_BACKUP_DAYS if keep else None
        ),
        ip_configuration=sql.DatabaseInstanceSettingsIpConfigurationArgs(
            ipv4_enabled=False,
            private_network=network,
            allocated_ip_range=allocated,
            ssl_mode="ENCRYPTED_ONLY",
            server_ca_mode="GOOGLE_MANAGED_CAS_CA",
        ),
        database_flags=[
            sql.DatabaseInstanceSettingsDatabaseFlagArgs(name=name, value=value)
            for name, value in sorted(database_flags(database).items())
        ],
        insights_config=sql.DatabaseInstanceSettingsInsightsConfigArgs(
            query_insights_enabled=True,
            query_plans_per_minute=5,
            query_string_length=1024,
            record_application_tags=True,
            record_client_address=True,
        ),
        backup_configuration=backups,
        maintenance_window=window,
        user_labels=deployment.labels(database=database.name, site=instance.site),
    )


def disk_gib(database: PlannedDatabase) -> int:
    """The disk for the data that a database may hold, in GiB; it grows by itself beyond."""
    return max(SMALLEST_DISK, -(-(database.size_mib or 0) // GIB))


def database_flags(database: PlannedDatabase) -> dict[str, str]:
    """PostgreSQL's settings; identical on every instance, as disaster recovery demands.

    Logical decoding stays off: a copy for disaster recovery may not have it. Checked 2026-11-24:
    https://docs.cloud.google.com/sql/docs/postgres/use-advanced-disaster-recovery
    """
    return {
        "cloudsql.iam_authentication": "on",
        "cloudsql.enable_pgaudit": "on",
        "pgaudit.log": "ddl,role",
        "log_checkpoints": "on",
        "log_connections": "on",
        "log_disconnections": "on",
        "log_lock_waits": "on",
        "log_min_duration_statement": str(SLOW_STATEMENT),
        "log_temp_files": "0",
        "max_connections": str(database.load_connections * 5 // 4 + RESERVED_CONNECTIONS),
    }


def _leaders_own(
    deployment: Deployment,
    database: PlannedDatabase,
    instances: tuple[ManagedInstance, ...],
    instance: ManagedInstance,
) -> tuple[
    gcp.sql.DatabaseInstanceSettingsBackupConfigurationArgs,
    gcp.sql.DatabaseInstanceSettingsMaintenanceWindowArgs,
]:
    """The leader's part, from the same place as the role verbs and workflows have it."""
    own = leader_settings(deployment.plan, database, instances, instance.site)
    backup, window = own["backupConfiguration"], own["maintenanceWindow"]
    retention = backup["backupRetentionSettings"]
    return (
        sql.DatabaseInstanceSettingsBackupConfigurationArgs(
            enabled=backup["enabled"],
            start_time=backup["startTime"],
            location=backup.get("location"),
            point_in_time_recovery_enabled=backup["pointInTimeRecoveryEnabled"],
            transaction_log_retention_days=backup["transactionLogRetentionDays"],
            backup_retention_settings=sql.DatabaseInstanceSettingsBackupConfigurationBackupRetentionSettingsArgs(
                retained_backups=retention["retainedBackups"],
                retention_unit=retention["retentionUnit"],
            ),
        ),
        sql.DatabaseInstanceSettingsMaintenanceWindowArgs(
            day=window["day"], hour=window["hour"], update_track=window["updateTrack"]
        ),
    )
