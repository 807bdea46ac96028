"""What Google measures and logs, as far as alert policies ask for it: a judge of their filters.

Metrics with their monitored resource, unit and labels, and the labels of each resource. Those of
AlloyDB are as the API described them in a project on 2026-09-22 (`metricDescriptors`, as somebody
published them; read 2026-12-01); their place on Google's list is the first page. The others are of
the other pages, checked 2026-11-30.
https://docs.cloud.google.com/monitoring/api/metrics_gcp_a_b#gcp-alloydb
https://docs.cloud.google.com/monitoring/api/metrics_gcp_c#gcp-cloudsql
https://docs.cloud.google.com/monitoring/api/metrics_gcp_p_z#gcp-workflows
https://docs.cloud.google.com/monitoring/api/resources
"""

from typing import NamedTuple


class Metric(NamedTuple):
    """A metric: the resource that it is of, its unit, and labels of its own."""

    resource: str
    unit: str
    labels: frozenset[str] = frozenset()


RESOURCES = {
    "alloydb.googleapis.com/Cluster": {"project_id", "location", "cluster_id"},
    "alloydb.googleapis.com/Instance": {"project_id", "location", "cluster_id", "instance_id"},
    "alloydb.googleapis.com/Location": {"project_id", "location"},
    "cloudsql_database": {"project_id", "region", "database_id"},
    "uptime_url": {"project_id", "host"},
    "workflows.googleapis.com/Workflow": {"project_id", "location", "workflow_id"},
}
"""Labels of each monitored resource."""
_SQL, _ALLOYDB = "cloudsql_database", "alloydb.googleapis.com/Instance"
_SECONDARY = frozenset(
    {
        *("application_name", "client_addr", "secondary_project", "secondary_location"),
        *("secondary_cluster_id", "secondary_instance_id"),
    }
)
_QUOTA = Metric("alloydb.googleapis.com/Location", "1", frozenset({"limit_name", "cluster"}))
METRICS = {
    "cloudsql.googleapis.com/database/up": Metric(_SQL, "1"),
    "cloudsql.googleapis.com/database/disk/utilization": Metric(_SQL, "10^2.%"),
    "cloudsql.googleapis.com/database/postgresql/num_backends": Metric(
        _SQL, "1", frozenset({"database"})
    ),
    "cloudsql.googleapis.com/database/replication/network_lag": Metric(_SQL, "s"),
    "cloudsql.googleapis.com/database/replication/replica_lag": Metric(_SQL, "s"),
    "alloydb.googleapis.com/cluster/last_backup_timestamp": Metric(
        "alloydb.googleapis.com/Cluster", "us", frozenset({"backup_type"})
    ),
    "alloydb.googleapis.com/instance/postgres/instances": Metric(
        _ALLOYDB, "1", frozenset({"status"})
    ),
    "alloydb.googleapis.com/instance/postgres/replication/maximum_secondary_lag": Metric(
        _ALLOYDB, "ms", _SECONDARY
    ),
    "alloydb.googleapis.com/instance/postgres/total_connections": Metric(_ALLOYDB, "1"),
    "alloydb.googleapis.com/quota/storage_usage_per_cluster/usage": _QUOTA,
    "alloydb.googleapis.com/quota/storage_usage_per_cluster/limit": _QUOTA,
    "monitoring.googleapis.com/uptime_check/check_passed": Metric(
        "uptime_url", "1", frozenset({"check_id", "checker_location", "checked_resource_id"})
    ),
    "workflows.googleapis.com/finished_execution_count": Metric(
        "workflows.googleapis.com/Workflow", "1", frozenset({"revision_id", "status"})
    ),
}
BACKUP_STATUSES = {"STATUS_SUCCEEDED", "STATUS_ATTEMPT_FAILED", "STATUS_FAILED", "STATUS_SKIPPED"}
"""What Cloud SQL writes in `windowStatus` of an automated backup. Checked 2026-12-01:
https://docs.cloud.google.com/sql/docs/postgres/backup-recovery/view-audit-logs-for-automated-backups
"""


def in_promql(metric: str) -> str:
    """A metric's name in PromQL: its first slash is a colon, all else that is no word a line.

    https://docs.cloud.google.com/monitoring/promql/promql-mapping (checked 2026-12-01)
    """
    host, _, path = metric.partition("/")
    return f"{host.replace('.', '_')}:{path.replace('/', '_')}"
