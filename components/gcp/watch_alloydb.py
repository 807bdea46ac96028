"""What people are told of AlloyDB: lost regions, copies behind, backups, storage, connections.

Metrics, their labels and units as the API described them in a project on 2026-09-22:
https://docs.cloud.google.com/monitoring/api/metrics_gcp_a_b#gcp-alloydb is Google's list of them.
"""

from collections.abc import Sequence

import pulumi_gcp as gcp

from tricenter.components.gcp.alerts import (
    LASTS,
    Channels,
    Condition,
    above,
    not_up,
    one_of,
    tell,
)
from tricenter.components.gcp.alloydb import SERVICE as SERVICE
from tricenter.components.gcp.deployment import Deployment
from tricenter.roles.gcp.lag import MILLI, SECONDARY
from tricenter.topology.managed_instances import (
    ManagedInstance,
    bound_on_lag,
    managed_instances,
)
from tricenter.topology.plan import PlannedDatabase

monitoring = gcp.monitoring
HOST = "alloydb.googleapis.com"
FULL = 0.8
"""Share of the storage that a cluster may have; it grows by itself up to its quota."""
DAY = 24 * 3600
LATE = DAY + 2 * 3600
"""Age in seconds from which the newest backup is too old: they are taken daily, begun within an
hour of the window and given another one."""
LAST_BACKUP = f"{HOST.replace('.', '_')}:cluster_last_backup_timestamp"
"""`cluster/last_backup_timestamp` in PromQL's word; microseconds. Checked 2026-12-01:
https://docs.cloud.google.com/monitoring/promql/promql-mapping"""


def watch(deployment: Deployment, project: str, database: PlannedDatabase, told: Channels) -> None:
    """The policies of a database, in its project."""
    instances = managed_instances(deployment.plan, database)
    for instance in instances:
        _watch_lag(deployment, project, database, instance, told)
    clusters = _clusters(deployment, instances)
    _watch_backups(deployment, project, database, clusters, told)
    _watch_room(deployment, project, database, clusters, told)


def watch_regions(deployment: Deployment, project: str, told: Channels) -> None:
    """People hear that all clusters of a region are down, or that nothing is heard of them.

    Nothing takes over by itself there: AlloyDB has no name that follows its leader, and whoever
    fails it over also writes the record of the new one.
    """
    held: dict[str, list[ManagedInstance]] = {}
    for database in deployment.plan.databases:
        if database.service == SERVICE:
            for instance in managed_instances(deployment.plan, database):
                if deployment.project_of(instance.owner) == project:
                    held.setdefault(instance.region, []).append(instance)
    for region, instances in sorted(held.items()):
        up = _of_clusters("instance/postgres/instances", _clusters(deployment, instances))
        condition = not_up(
            f"no AlloyDB in {region} is up", f'{up} AND metric.labels.status = "up"', "REDUCE_SUM"
        )
        tell(
            deployment,
            project,
            f"lost-{project}-{region}",
            told,
            f"no AlloyDB in {region} says that it is up",
            [condition],
            then="If `tricenter status` sees that too, a person decides: nothing takes over by "
            "itself. `tricenter failover --to SITE` shows what may be lost.",
            severity="CRITICAL",
        )


def _watch_lag(
    deployment: Deployment,
    project: str,
    database: PlannedDatabase,
    instance: ManagedInstance,
    told: Channels,
) -> None:
    """The leader measures it, of each secondary cluster; so the filter names the latter alone."""
    limit = bound_on_lag(database, instance)
    if limit is None:
        return
    (cluster,) = _clusters(deployment, [instance])
    chosen = (
        f'resource.type = "{HOST}/Instance" AND '
        f'metric.type = "{SECONDARY}" AND '
        f'metric.labels.secondary_cluster_id = "{cluster}"'
    )
    behind = above(f"behind by more than {limit:g} s", chosen, limit * MILLI)
    says = f"{database.name} in {instance.region} is more than {limit:g} s behind"
    tell(deployment, project, f"lag-{instance.site}-{database.name}", told, says, [behind])


def _watch_backups(
    deployment: Deployment,
    project: str,
    database: PlannedDatabase,
    clusters: Sequence[str],
    told: Channels,
) -> None:
    """Of whichever cluster leads, which alone takes them. AlloyDB writes no line of one that
    failed, but tells when the newest was made: too long ago, or for a day not at all."""
    newest = f"max_over_time({_last_backup(project, clusters)}[1h])"
    conditions = [
        _asked(
            f"the newest automated backup is older than {LATE // 3600} h",
            f"time() - max({newest}) / 1e6 > {LATE}",
            LASTS,
        ),
        _asked("no automated backup is known", f"absent({newest})", DAY),
    ]
    says = f"{database.name} has no automated backup of the last day"
    tell(deployment, project, f"backup-{database.name}", told, says, conditions)


def _watch_room(
    deployment: Deployment,
    project: str,
    database: PlannedDatabase,
    clusters: Sequence[str],
    told: Channels,
) -> None:
    conditions = [_full(clusters)]
    if limit := database.load_connections:
        used = _of_clusters("instance/postgres/total_connections", clusters)
        conditions.append(above(f"more than {limit} connections", used, limit))
    says = f"{database.name} comes to the end of its storage or connections"
    tell(deployment, project, f"room-{database.name}", told, says, conditions)


def _full(clusters: Sequence[str]) -> Condition:
    """Storage by its quota, which can be raised; both are told of a region, by cluster."""
    aggregation = monitoring.AlertPolicyConditionConditionThresholdAggregationArgs
    named = f'monitoring.regex.full_match("(.*/)?({"|".join(clusters)})")'
    quota = {
        part: (
            f'resource.type = "{HOST}/Location" AND '
            f'metric.type = "{HOST}/quota/storage_usage_per_cluster/{part}" AND '
            f"metric.labels.cluster = {named}"
        )
        for part in ("usage", "limit")
    }
    aligned = {"alignment_period": "300s", "per_series_aligner": "ALIGN_MEAN"}
    return monitoring.AlertPolicyConditionArgs(
        display_name=f"{FULL:.0%} of the storage that a cluster may have is written",
        condition_threshold=monitoring.AlertPolicyConditionConditionThresholdArgs(
            filter=quota["usage"],
            denominator_filter=quota["limit"],
            comparison="COMPARISON_GT",
            threshold_value=FULL,
            duration=f"{LASTS}s",
            aggregations=[aggregation(**aligned)],
            denominator_aggregations=[
                monitoring.AlertPolicyConditionConditionThresholdDenominatorAggregationArgs(
                    **aligned
                )
            ],
        ),
    )


def _asked(title: str, query: str, lasts: int) -> Condition:
    """A condition in PromQL, which alone counts from now."""
    return monitoring.AlertPolicyConditionArgs(
        display_name=title,
        condition_prometheus_query_language=monitoring.AlertPolicyConditionConditionPrometheusQueryLanguageArgs(
            query=query,
            duration=f"{lasts}s",
            evaluation_interval="300s",
            # A project whose first cluster this is has none of the metric yet.
            disable_metric_validation=True,
        ),
    )


def _last_backup(project: str, clusters: Sequence[str]) -> str:
    """When the newest backup of these clusters was made. Google spells the kind in lower case, the
    service in upper case."""
    chosen = {
        "monitored_resource": f'="{HOST}/Cluster"',
        "project_id": f'="{project}"',
        "cluster_id": f'=~"{"|".join(clusters)}"',
        "backup_type": '=~"(?i)automated"',
    }
    return f"{LAST_BACKUP}{{{','.join(key + value for key, value in chosen.items())}}}"


def _of_clusters(metric: str, clusters: Sequence[str]) -> str:
    return (
        f'resource.type = "{HOST}/Instance" AND metric.type = "{HOST}/{metric}" AND '
        f"resource.labels.cluster_id = {one_of(clusters)}"
    )


def _clusters(deployment: Deployment, instances: Sequence[ManagedInstance]) -> list[str]:
    return sorted(deployment.named(one.site, one.database) for one in instances)
