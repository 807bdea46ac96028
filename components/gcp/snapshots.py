"""The snapshot lifecycle on Google Cloud: what each service keeps, and where its copies are.

Cloud SQL and AlloyDB take their own backups, which the leader's settings carry. Here is the rest:
cold copies out of the service's reach, and the disks of machines. Backup and DR has the disks
alone: what it takes of Cloud SQL has no keys of one's own and no other region, and is instead of
the service's own backups.
Checked 2026-11-24: https://cloud.google.com/sql/docs/postgres/backup-recovery/backup-options
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi_gcp as gcp

from tricenter.components.gcp.cold import Instances, make_cold_copies
from tricenter.components.gcp.deployment import Deployment
from tricenter.components.gcp.disks import make_disk_schedules, make_disk_vaults
from tricenter.components.gcp.keys import Keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshots:
    """What machines and other targets bind themselves to.

    `schedules` are the snapshot policies of disks by project and region, to be attached to each;
    `plans` those of the immutable vault, to be associated; `cold` the buckets by vault.
    """

    schedules: Mapping[tuple[str, str], gcp.compute.ResourcePolicy]
    plans: Mapping[tuple[str, str], gcp.backupdisasterrecovery.BackupPlan]
    cold: Mapping[str, gcp.storage.Bucket]


def make_snapshots(
    deployment: Deployment,
    keys: Keys,
    instances: Instances,
) -> Snapshots:
    """Cold copies of every database, schedules for the disks of machines.

    `instances` are those of Cloud SQL, by database and site.
    """
    return Snapshots(
        schedules=make_disk_schedules(deployment),
        plans=make_disk_vaults(deployment),
        cold=make_cold_copies(deployment, keys, instances),
    )
