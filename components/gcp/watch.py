"""What people are told of on Google Cloud before and beside a loss, each by an alert policy.

Metrics and their units, checked 2026-11-30:
https://docs.cloud.google.com/monitoring/api/metrics_gcp_c, metrics_gcp_p_z for Workflows
"""

from collections.abc import Sequence

import pulumi_gcp as gcp

from tricenter.components.gcp.cloudsql import SERVICE, instance_name
from tricenter.components.gcp.deployment import Deployment
from tricenter.components.gcp.guards import Guard
from tricenter.roles.gcp.lag import METRICS
from tricenter.topology.managed_instances import ManagedInstance, managed_instances
from tricenter.topology.plan import PlannedDatabase

monitoring = gcp.monitoring
Channels = Sequence[gcp.monitoring.NotificationChannel]
LASTS = 300
"""Seconds that something has to last."""
FULL = 0.8
"""Share of a disk that is written; it grows by itself where the service lets it."""
ASKED_EVERY = "300s"
"""How often the same log line is told at most; alerts on logs need it."""
OVER = "1800s"


def watch_failover(deployment: Deployment, guard: Guard, told: Channels) -> None:
    """People hear that their approval is wanted, and of a workflow that failed."""
    forced = deployment.named(guard.region, "forced")
    _policy(
        deployment,
        guard.project,
        f"approval-{guard.region}",
        told,
        f"approval is wanted to take databases over into {guard.region}",
        [
            monitoring.AlertPolicyConditionArgs(
                display_name="a workflow waits for a person",
                condition_matched_log=monitoring.AlertPolicyConditionConditionMatchedLogArgs(
                    filter=(
                        'resource.type="workflows.googleapis.com/Workflow" AND '
                        f'resource.labels.workflow_id="{forced}" AND severity="ALERT" AND '
                        'jsonPayload.message:"approval is wanted"'
                    ),
                    label_extractors={"approve_at": "EXTRACT(jsonPayload.approve_at)"},
                ),
            )
        ],
        of_log=True,
    )
    names = [deployment.named(guard.region, kind) for kind in ("forced", "planned")]
    watch_workflows(deployment, guard.project, f"failover-{guard.region}", names, told)


def watch_workflows(
    deployment: Deployment, project: str, what: str, names: Sequence[str], told: Channels
) -> None:
    """People hear of each execution of these workflows that ended otherwise than well."""
    one_of = ", ".join(f'"{name}"' for name in names)
    chosen = (
        'resource.type = "workflows.googleapis.com/Workflow" AND '
        'metric.type = "workflows.googleapis.com/finished_execution_count" AND '
        f'metric.labels.status != "SUCCEEDED" AND resource.labels.workflow_id = one_of({one_of})'
    )
    above = _above("an execution has not succeeded", chosen, 0, 0, "ALIGN_DELTA")
    _policy(deployment, project, f"failed-{what}", told, f"{' or '.join(names)} failed", [above])


def watch_databases(deployment: Deployment, project: str, told: Channels) -> None:
    """People hear of copies that are too far behind, of full disks and of too many connections."""
    for database in deployment.plan.databases:
        if database.service != SERVICE:
            continue
        instances = managed_instances(deployment.plan, database)
        own = [i for i in instances if deployment.project_of(i.owner) == project]
        for instance in own:
            _watch_lag(deployment, project, database, instance, told)
        if own:
            _watch_room(deployment, project, database, own, told)


def _watch_lag(
    deployment: Deployment,
    project: str,
    database: PlannedDatabase,
    instance: ManagedInstance,
    told: Channels,
) -> None:
    limits = [m.max_lag for m in database.members if m.site in instance.sites and m.max_lag]
    if not limits:
        return
    limit = min(limits)
    conditions = [
        _above(
            f"{metric.rpartition('/')[2]} above {limit:g} s",
            _metric(deployment, project, [instance], metric.removeprefix(DATABASE)),
            limit,
            LASTS,
            "ALIGN_MAX",
        )
        for metric in METRICS
    ]
    _policy(
        deployment,
        project,
        f"lag-{instance.site}-{database.name}",
        told,
        f"{database.name} in {instance.region} is more than {limit:g} s behind",
        conditions,
    )


DATABASE = "cloudsql.googleapis.com/database/"


def _watch_room(
    deployment: Deployment,
    project: str,
    database: PlannedDatabase,
    instances: Sequence[ManagedInstance],
    told: Channels,
) -> None:
    disk = _metric(deployment, project, instances, "disk/utilization")
    conditions = [_above(f"a disk is {FULL:.0%} full", disk, FULL, LASTS, "ALIGN_MEAN")]
    if database.load_connections:
        used = _metric(deployment, project, instances, "postgresql/num_backends")
        limit = database.load_connections
        conditions.append(_above(f"more than {limit} connections", used, limit, LASTS, "ALIGN_MAX"))
    _policy(
        deployment,
        project,
        f"room-{database.name}",
        told,
        f"{database.name} comes to the end of its disk or connections",
        conditions,
    )


def _metric(
    deployment: Deployment, project: str, instances: Sequence[ManagedInstance], name: str
) -> str:
    names = sorted(f'"{project}:{instance_name(deployment, one)}"' for one in instances)
    return (
        f'resource.type = "cloudsql_database" AND metric.type = "{DATABASE}{name}" AND '
        f"resource.labels.database_id = one_of({', '.join(names)})"
    )


def _above(
    title: str, chosen: str, limit: float, lasts: int, aligner: str
) -> gcp.monitoring.AlertPolicyConditionArgs:
    # Numbers of a database, a state and kin are series of their own: what counts is their sum.
    summed = "num_backends" in chosen or aligner == "ALIGN_DELTA"
    return monitoring.AlertPolicyConditionArgs(
        display_name=title,
        condition_threshold=monitoring.AlertPolicyConditionConditionThresholdArgs(
            filter=chosen,
            comparison="COMPARISON_GT",
            threshold_value=limit,
            duration=f"{lasts}s",
            aggregations=[
                monitoring.AlertPolicyConditionConditionThresholdAggregationArgs(
                    alignment_period="60s",
                    per_series_aligner=aligner,
                    cross_series_reducer="REDUCE_SUM" if summed else None,
                    group_by_fields=["resource.label.database_id"]
                    if "num_backends" in chosen
                    else None,
                )
            ],
        ),
    )


def _policy(
    deployment: Deployment,
    project: str,
    what: str,
    told: Channels,
    says: str,
    conditions: list[gcp.monitoring.AlertPolicyConditionArgs],
    *,
    of_log: bool = False,
) -> None:
    rate = monitoring.AlertPolicyAlertStrategyNotificationRateLimitArgs(period=ASKED_EVERY)
    monitoring.AlertPolicy(
        deployment.logical(None, "alert", what),
        display_name=deployment.named(what),
        project=project,
        combiner="OR",
        conditions=conditions,
        notification_channels=[one.id for one in told],
        alert_strategy=monitoring.AlertPolicyAlertStrategyArgs(
            auto_close=OVER, notification_rate_limit=rate if of_log else None
        ),
        documentation=monitoring.AlertPolicyDocumentationArgs(
            subject=says, content=says, mime_type="text/markdown"
        ),
        user_labels=deployment.labels(),
        opts=deployment.options(deployment.tree.failover, owner=project),
    )
