"""What people are told of on Google Cloud before and beside a loss, each by an alert policy.

Metrics and their units, checked 2026-11-30:
https://docs.cloud.google.com/monitoring/api/metrics_gcp_p_z for Workflows
"""

from collections.abc import Sequence

from tricenter.components.gcp import watch_alloydb, watch_cloudsql
from tricenter.components.gcp.alerts import Channels, above, logged, one_of, tell
from tricenter.components.gcp.deployment import Deployment
from tricenter.components.gcp.guards import Guard
from tricenter.topology.managed_instances import managed_instances
from tricenter.topology.plan import PlannedDatabase

WATCHES = {
    watch_cloudsql.SERVICE: watch_cloudsql.watch,
    watch_alloydb.SERVICE: watch_alloydb.watch,
}
"""By service."""


def watch_failover(deployment: Deployment, guard: Guard, told: Channels) -> None:
    """People hear that their approval is wanted, and of a workflow that failed."""
    forced = deployment.named(guard.region, "forced")
    chosen = (
        'resource.type="workflows.googleapis.com/Workflow" AND '
        f'resource.labels.workflow_id="{forced}" AND severity="ALERT" AND '
        'jsonPayload.message:"approval is wanted"'
    )
    waits = logged("a workflow waits for a person", chosen, approve_at="jsonPayload.approve_at")
    says = f"approval is wanted to take databases over into {guard.region}"
    tell(deployment, guard.project, f"approval-{guard.region}", told, says, [waits])
    names = [deployment.named(guard.region, kind) for kind in ("forced", "planned")]
    watch_workflows(deployment, guard.project, f"failover-{guard.region}", names, told)


def watch_workflows(
    deployment: Deployment, project: str, what: str, names: Sequence[str], told: Channels
) -> None:
    """People hear of each execution of these workflows that ended otherwise than well."""
    chosen = (
        'resource.type = "workflows.googleapis.com/Workflow" AND '
        'metric.type = "workflows.googleapis.com/finished_execution_count" AND '
        f'metric.labels.status != "SUCCEEDED" AND resource.labels.workflow_id = {one_of(names)}'
    )
    failed = above(
        "an execution has not succeeded", chosen, 0, lasts=0, aligner="ALIGN_DELTA", summed_by=""
    )
    tell(deployment, project, f"failed-{what}", told, f"{' or '.join(names)} failed", [failed])


def watched_projects(deployment: Deployment) -> tuple[str, ...]:
    """The projects that hold an instance of a managed database, by name."""
    managed = (one for one in deployment.plan.databases if one.service in WATCHES)
    return tuple(sorted({project_of(deployment, database) for database in managed}))


def project_of(deployment: Deployment, database: PlannedDatabase) -> str:
    """The project of a managed database: all of its instances are in one."""
    return deployment.project_of(managed_instances(deployment.plan, database)[0].owner)


def watch_databases(deployment: Deployment, project: str, told: Channels) -> None:
    """People hear of a project's databases: of copies that are too far behind, of failed backups,
    of full disks and of too many connections; of AlloyDB also that a region is lost."""
    for database in deployment.plan.databases:
        watch = WATCHES.get(database.service)
        if watch and project_of(deployment, database) == project:
            watch(deployment, project, database, told)
    watch_alloydb.watch_regions(deployment, project, told)
