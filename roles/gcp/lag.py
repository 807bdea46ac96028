"""How far a copy on Cloud SQL or AlloyDB was behind, by what Monitoring has seen of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tricenter.roles.gcp.rest import Google
from tricenter.roles.interface import Loss, RoleError

METRICS = (
    "cloudsql.googleapis.com/database/replication/network_lag",
    "cloudsql.googleapis.com/database/replication/replica_lag",
)
"""Seconds until the log has arrived, and until it is applied. Of PostgreSQL the second alone says
nothing of what never arrived. Sampled each minute, seen up to 165 s later; a negative one means
that replication does not run. Checked 2026-11-30:
https://docs.cloud.google.com/sql/docs/postgres/replication/replication-lag,
https://docs.cloud.google.com/monitoring/api/metrics_gcp_c
"""
SECONDARY = "alloydb.googleapis.com/instance/postgres/replication/maximum_secondary_lag"
"""Milliseconds until a secondary cluster of AlloyDB has applied the log, measured by the primary
one. As the API described it on 2026-09-22, of Google's list:
https://docs.cloud.google.com/monitoring/api/metrics_gcp_a_b#gcp-alloydb
"""
MILLI = 1000
WINDOW = timedelta(minutes=15)
"""Longer than an alarm takes, so that samples from before a loss are in it."""
FRESH_S = 300.0
"""Age of the newest sample in seconds; one that is older tells nothing of now."""


@dataclass(frozen=True, slots=True)
class Lag:
    """Seconds: the largest sum of both lags within the window, and the age of the newest sample."""

    worst_s: float
    age_s: float


def loss_of(lag: Lag | None, copy: str, said: str) -> Loss:
    """What a forced promotion of a copy may lose by its lag; `said` is who says the lag."""
    if lag is None:
        why = f"Monitoring knows no lag of {copy} within the last minutes"
        return Loss(seconds=None, transactions=None, source=why)
    why = (
        f"{lag.worst_s:g} s, the most that {said} of the last "
        f"{WINDOW.seconds // 60} minutes, and {lag.age_s:.0f} s since the newest sample"
    )
    return Loss(seconds=lag.worst_s + lag.age_s, transactions=None, source=why)


def lag_of(google: Google, project: str, instance: str) -> Lag | None:
    """What Monitoring knows of a copy; None without samples, with old ones, or if none arrive."""
    whose = f'resource.labels.database_id="{project}:{instance}"'
    found = [_worst(google, project, f'metric.type="{metric}" AND {whose}') for metric in METRICS]
    seen = [one for one in found if one is not None]
    if len(seen) < len(found):
        return None
    return Lag(sum(one.worst_s for one in seen), max(one.age_s for one in seen))


def secondary_lag(google: Google, project: str, cluster: str) -> Lag | None:
    """What Monitoring knows of a secondary cluster of AlloyDB; None as of `lag_of`."""
    whose = f'metric.labels.secondary_cluster_id="{cluster}"'
    found = _worst(google, project, f'metric.type="{SECONDARY}" AND {whose}')
    return Lag(found.worst_s / MILLI, found.age_s) if found else None


def _worst(google: Google, project: str, chosen: str) -> Lag | None:
    """The largest value of a metric within the window, in its own unit; None as of `lag_of`."""
    now = datetime.now(UTC)
    try:
        points = list(_points(google, project, chosen, now))
    except (RoleError, LookupError, ValueError):
        return None
    newest = min((now - at).total_seconds() for at, _ in points) if points else FRESH_S + 1
    if newest > FRESH_S or min(value for _, value in points) < 0:
        return None
    return Lag(max(value for _, value in points), newest)


def _points(
    google: Google, project: str, chosen: str, now: datetime
) -> Iterator[tuple[datetime, float]]:
    query = {
        "filter": chosen,
        "interval.startTime": (now - WINDOW).isoformat(timespec="seconds"),
        "interval.endTime": now.isoformat(timespec="seconds"),
    }
    found = google.get("MONITORING", f"v3/projects/{project}/timeSeries", **query)
    every: list[dict[str, Any]] = found.get("timeSeries") or []
    for series in every:
        points: list[dict[str, Any]] = series["points"]
        for point in points:
            value: Mapping[str, Any] = point["value"]
            # One metric is of whole numbers, which JSON has as texts.
            number = float(value.get("doubleValue", value.get("int64Value", "nan")))
            yield datetime.fromisoformat(point["interval"]["endTime"]), number
