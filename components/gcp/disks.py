"""Snapshots of the disks of machines: a schedule in each region, and a vault that keeps them."""

import pulumi_gcp as gcp

from tricenter.components.gcp.deployment import Deployment, place_of
from tricenter.topology.cloudsql_settings import start_of
from tricenter.topology.plan import PlannedBackup, PlannedDatabase

compute = gcp.compute
backupdr = gcp.backupdisasterrecovery
DAY = 24 * 3600
DISK = "compute.googleapis.com/Disk"
LONGEST_WINDOW = 24
WINDOW = 6
"""Hours in which a backup may begin; Backup and DR wants at least six."""
SHORTEST, LONGEST = 1, 99 * 365
"""Days that a vault can enforce."""


def _own_databases(deployment: Deployment) -> list[PlannedDatabase]:
    return [one for one in deployment.plan.databases if one.service == "self-managed"]


def _backups(deployment: Deployment) -> list[PlannedBackup]:
    names = {database.name for database in _own_databases(deployment)}
    return [backup for backup in deployment.plan.backups if names & set(backup.databases)]


def _regions(deployment: Deployment) -> list[tuple[str, str]]:
    """The project and region of every machine that holds data."""
    sites = {member.site for one in _own_databases(deployment) for member in one.members}
    return sorted(
        {
            (deployment.project_of(place_of(host).owner), place_of(host).region)
            for host in deployment.hosts
            if host.name in sites
        }
    )


def make_disk_schedules(
    deployment: Deployment,
) -> dict[tuple[str, str], gcp.compute.ResourcePolicy]:
    """Daily snapshots by project and region; what was taken stays when its disk goes."""
    backups = _backups(deployment)
    if not backups:
        return {}
    places = _regions(deployment)
    return {
        (project, region): _schedule(deployment, project, region, places, backups[0])
        for project, region in places
    }


def _schedule(
    deployment: Deployment,
    project: str,
    region: str,
    places: list[tuple[str, str]],
    backup: PlannedBackup,
) -> gcp.compute.ResourcePolicy:
    away = [other for _, other in places if other != region]
    keep = not deployment.drill
    return compute.ResourcePolicy(
        deployment.logical(region, "snapshots", project),
        name=deployment.named(region, "snapshots"),
        project=project,
        region=region,
        description=f"{backup.name}: disks in {region}",
        snapshot_schedule_policy=compute.ResourcePolicySnapshotSchedulePolicyArgs(
            schedule=compute.ResourcePolicySnapshotSchedulePolicyScheduleArgs(
                daily_schedule=compute.ResourcePolicySnapshotSchedulePolicyScheduleDailyScheduleArgs(
                    days_in_cycle=1,
                    # A schedule of disks begins on the hour.
                    start_time=f"{start_of(backup.full)[:2]}:00",
                )
            ),
            retention_policy=compute.ResourcePolicySnapshotSchedulePolicyRetentionPolicyArgs(
                max_retention_days=max(backup.daily, 1),
                on_source_disk_delete="KEEP_AUTO_SNAPSHOTS" if keep else "APPLY_RETENTION_POLICY",
            ),
            snapshot_properties=compute.ResourcePolicySnapshotSchedulePolicySnapshotPropertiesArgs(
                # Elsewhere, or the snapshots would be lost with their disks.
                storage_locations=away[0] if away else _continent(region),
                labels=deployment.labels(region=region),
            ),
        ),
        opts=deployment.options(deployment.tree.snapshots, owner=project),
    )


def _continent(region: str) -> str:
    """The multi-region around a region; snapshots call Europe's `eu`."""
    first = region.partition("-")[0]
    return {"europe": "eu", "asia": "asia"}.get(first, "us")


def make_disk_vaults(
    deployment: Deployment,
) -> dict[tuple[str, str], gcp.backupdisasterrecovery.BackupPlan]:
    """Where the spec asks for immutable backups: a vault and a plan for the disks of each region.

    None in a drill: what a vault enforces nobody can take back.
    """
    backup = next((one for one in _backups(deployment) if one.immutable), None)
    if backup is None or deployment.drill:
        return {}
    return {
        (project, region): _plan(deployment, project, region, backup)
        for project, region in _regions(deployment)
    }


def _plan(
    deployment: Deployment, project: str, region: str, backup: PlannedBackup
) -> gcp.backupdisasterrecovery.BackupPlan:
    enforced = min(max(int((backup.immutable or 0) // DAY), SHORTEST), LONGEST)
    opts = deployment.options(deployment.tree.snapshots, owner=project, holds_data=True)
    vault = backupdr.BackupVault(
        deployment.logical(region, "vault", project),
        backup_vault_id=deployment.named(region, "vault"),
        project=project,
        location=region,
        description=f"{backup.name}: disks in {region}",
        backup_minimum_enforced_retention_duration=f"{enforced * DAY}s",
        access_restriction="WITHIN_PROJECT",
        labels=deployment.labels(region=region),
        opts=opts,
    )
    begin = int(start_of(backup.full)[:2])
    return backupdr.BackupPlan(
        deployment.logical(region, "vault", f"plan-{project}"),
        backup_plan_id=deployment.named(region, "disks"),
        project=project,
        location=region,
        resource_type=DISK,
        backup_vault=vault.id,
        backup_rules=[
            backupdr.BackupPlanBackupRuleArgs(
                rule_id="daily",
                # A rule may not keep less long than its vault enforces.
                backup_retention_days=max(backup.daily, enforced),
                standard_schedule=backupdr.BackupPlanBackupRuleStandardScheduleArgs(
                    recurrence_type="DAILY",
                    time_zone="UTC",
                    backup_window=backupdr.BackupPlanBackupRuleStandardScheduleBackupWindowArgs(
                        start_hour_of_day=min(begin, LONGEST_WINDOW - WINDOW),
                        end_hour_of_day=min(begin, LONGEST_WINDOW - WINDOW) + WINDOW,
                    ),
                ),
            )
        ],
        opts=opts,
    )
