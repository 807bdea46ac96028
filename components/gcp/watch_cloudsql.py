"""What people are told of Cloud SQL: copies behind, failed backups, full disks, connections.

Metrics and their units, checked 2026-11-30:
https://docs.cloud.google.com/monitoring/api/metrics_gcp_c
"""

from collections.abc import Sequence

from tricenter.components.gcp.alerts import Channels, above, logged, one_of, tell
from tricenter.components.gcp.cloudsql import SERVICE as SERVICE
from tricenter.components.gcp.cloudsql import instance_name
from tricenter.components.gcp.deployment import Deployment
from tricenter.roles.gcp.lag import METRICS
from tricenter.topology.managed_instances import (
    ManagedInstance,
    bound_on_lag,
    managed_instances,
)
from tricenter.topology.plan import PlannedDatabase

DATABASE = "cloudsql.googleapis.com/database/"
FULL = 0.8
"""Share of a disk that is written; it grows by itself where the service lets it."""
FAILED = ("STATUS_FAILED", "STATUS_ATTEMPT_FAILED", "STATUS_SKIPPED")
"""What Cloud SQL writes of a window without a backup: given up, tried in vain, or not tried since
the instance did not run. Checked 2026-12-01:
https://docs.cloud.google.com/sql/docs/postgres/backup-recovery/view-audit-logs-for-automated-backups
"""


def watch(deployment: Deployment, project: str, database: PlannedDatabase, told: Channels) -> None:
    """The policies of a database, in its project."""
    instances = managed_instances(deployment.plan, database)
    for instance in instances:
        _watch_lag(deployment, project, database, instance, told)
    _watch_backups(deployment, project, database, instances, told)
    _watch_room(deployment, project, database, instances, told)


def _watch_lag(
    deployment: Deployment,
    project: str,
    database: PlannedDatabase,
    instance: ManagedInstance,
    told: Channels,
) -> None:
    limit = bound_on_lag(database, instance)
    if limit is None:
        return
    conditions = [
        above(
            f"{metric.rpartition('/')[2]} above {limit:g} s",
            _metric(deployment, project, [instance], metric.removeprefix(DATABASE)),
            limit,
        )
        for metric in METRICS
    ]
    says = f"{database.name} in {instance.region} is more than {limit:g} s behind"
    tell(deployment, project, f"lag-{instance.site}-{database.name}", told, says, conditions)


def _watch_backups(
    deployment: Deployment,
    project: str,
    database: PlannedDatabase,
    instances: Sequence[ManagedInstance],
    told: Channels,
) -> None:
    """Of any instance: whichever leads is backed up, and says in the audit log how that went."""
    names = " OR ".join(f'"{name}"' for name in _names(deployment, project, instances))
    statuses = " OR ".join(f'"{one}"' for one in FAILED)
    chosen = (
        f'logName="projects/{project}/logs/cloudaudit.googleapis.com%2Fsystem_event" AND '
        'protoPayload.methodName="cloudsql.instances.automatedBackup" AND '
        f'resource.type="cloudsql_database" AND resource.labels.database_id=({names}) AND '
        f"protoPayload.metadata.windowStatus=({statuses})"
    )
    failed = logged(
        "an automated backup has not succeeded",
        chosen,
        status="protoPayload.metadata.windowStatus",
        why="protoPayload.metadata.message",
    )
    says = f"an automated backup of {database.name} failed"
    tell(deployment, project, f"backup-{database.name}", told, says, [failed])


def _watch_room(
    deployment: Deployment,
    project: str,
    database: PlannedDatabase,
    instances: Sequence[ManagedInstance],
    told: Channels,
) -> None:
    disk = _metric(deployment, project, instances, "disk/utilization")
    conditions = [above(f"a disk is {FULL:.0%} full", disk, FULL, aligner="ALIGN_MEAN")]
    if limit := database.load_connections:
        used = _metric(deployment, project, instances, "postgresql/num_backends")
        by = "resource.label.database_id"  # each database of an instance has a number of its own
        conditions.append(above(f"more than {limit} connections", used, limit, summed_by=by))
    says = f"{database.name} comes to the end of its disk or connections"
    tell(deployment, project, f"room-{database.name}", told, says, conditions)


def _metric(
    deployment: Deployment, project: str, instances: Sequence[ManagedInstance], name: str
) -> str:
    return (
        f'resource.type = "cloudsql_database" AND metric.type = "{DATABASE}{name}" AND '
        f"resource.labels.database_id = {one_of(_names(deployment, project, instances))}"
    )


def _names(deployment: Deployment, project: str, instances: Sequence[ManagedInstance]) -> list[str]:
    """Instances as Monitoring and the audit log call them."""
    return sorted(f"{project}:{instance_name(deployment, one)}" for one in instances)
