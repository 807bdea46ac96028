"""The form of an alert policy that tells people, whatever it is about."""

from collections.abc import Sequence
from typing import Literal

import pulumi_gcp as gcp

from tricenter.components.gcp.deployment import Deployment

monitoring = gcp.monitoring
Channels = Sequence[gcp.monitoring.NotificationChannel]
Condition = gcp.monitoring.AlertPolicyConditionArgs
LASTS = 300
"""Seconds that something has to last, silence too. What Cloud SQL and AlloyDB measure of
themselves is up to 225 and 240 s old: sampled each minute, hidden up to 165 and 180 s more.
Checked 2026-12-01:
https://docs.cloud.google.com/monitoring/api/metrics_gcp_c, metrics_gcp_a_b"""
OVER = "1800s"
"""After which an alert closes by itself; the least that Monitoring takes."""
ASKED_EVERY = "300s"
"""How often the same log line is told at most; alerts on logs need it."""
_Aggregation = gcp.monitoring.AlertPolicyConditionConditionThresholdAggregationArgs


def one_of(names: Sequence[str]) -> str:
    """Names as a filter of Monitoring compares with them: `one_of("a", "b")`."""
    quoted = ", ".join(f'"{name}"' for name in names)
    return f"one_of({quoted})"


def above(
    title: str,
    chosen: str,
    limit: float,
    *,
    lasts: int = LASTS,
    aligner: str = "ALIGN_MAX",
    summed_by: str | None = None,
) -> Condition:
    """The condition that what a filter chooses is above a limit.

    `summed_by` is the label by which several series count together; all do for an empty text.
    """
    return monitoring.AlertPolicyConditionArgs(
        display_name=title,
        condition_threshold=monitoring.AlertPolicyConditionConditionThresholdArgs(
            filter=chosen,
            comparison="COMPARISON_GT",
            threshold_value=limit,
            duration=f"{lasts}s",
            aggregations=[
                _Aggregation(
                    alignment_period="60s",
                    per_series_aligner=aligner,
                    cross_series_reducer=None if summed_by is None else "REDUCE_SUM",
                    group_by_fields=[summed_by] if summed_by else None,
                )
            ],
        ),
    )


def not_up(title: str, chosen: str, reducer: Literal["REDUCE_MAX", "REDUCE_SUM"]) -> Condition:
    """The condition that nothing of what a filter chooses says that it is up.

    What says no, and what has no sample since nothing measures it, are alike.
    """
    return monitoring.AlertPolicyConditionArgs(
        display_name=title,
        condition_threshold=monitoring.AlertPolicyConditionConditionThresholdArgs(
            filter=chosen,
            comparison="COMPARISON_LT",
            threshold_value=1,
            duration=f"{LASTS}s",
            evaluation_missing_data="EVALUATION_MISSING_DATA_ACTIVE",
            aggregations=[
                _Aggregation(
                    alignment_period="60s",
                    per_series_aligner="ALIGN_MAX",
                    cross_series_reducer=reducer,
                )
            ],
        ),
    )


def logged(title: str, chosen: str, **extracted: str) -> Condition:
    """The condition that a log line comes; what is extracted of it is told with the alert."""
    return monitoring.AlertPolicyConditionArgs(
        display_name=title,
        condition_matched_log=monitoring.AlertPolicyConditionConditionMatchedLogArgs(
            filter=chosen,
            label_extractors={key: f"EXTRACT({field})" for key, field in extracted.items()},
        ),
    )


def tell(
    deployment: Deployment,
    project: str,
    what: str,
    told: Channels,
    says: str,
    conditions: Sequence[Condition],
    *,
    then: str = "",
    severity: Literal["CRITICAL"] | None = None,
) -> None:
    """An alert policy that is open while any of its conditions is met.

    `what` names it within a project, `says` is its subject, `then` what to do about it.
    """
    rate = monitoring.AlertPolicyAlertStrategyNotificationRateLimitArgs(period=ASKED_EVERY)
    of_log = any(one.condition_matched_log is not None for one in conditions)
    monitoring.AlertPolicy(
        deployment.logical(None, "alert", what),
        display_name=deployment.named(what),
        project=project,
        combiner="OR",
        conditions=list(conditions),
        notification_channels=[one.id for one in told],
        severity=severity,
        alert_strategy=monitoring.AlertPolicyAlertStrategyArgs(
            auto_close=OVER, notification_rate_limit=rate if of_log else None
        ),
        documentation=monitoring.AlertPolicyDocumentationArgs(
            subject=says, content=f"{says}. {then}" if then else says, mime_type="text/markdown"
        ),
        user_labels=deployment.labels(),
        opts=deployment.options(deployment.tree.failover, owner=project),
    )
