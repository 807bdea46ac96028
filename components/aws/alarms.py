"""Alarms in each region about its own copies: how far behind, whether anything comes, how full."""

from collections.abc import Mapping, Sequence

import pulumi
from pulumi_aws import cloudwatch, sns

from tricenter.components.aws.backup_events import tell_of_failed_backups
from tricenter.components.aws.deployment import Deployment
from tricenter.components.aws.guards import find_guards
from tricenter.components.aws.managed import Databases, ManagedDatabase

DEFAULT_LAG_S = 30.0
"""Lag at which people are told, in seconds, where the spec states no `max_lag`."""
IDLE_LAG_S = 300.0
"""Lag that a copy of RDS reports while nobody writes: the leader writes of itself every five
minutes, and the metric counts from the last commit (checked 2026-11-30).

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PostgreSQL.Replication.ReadReplicas.html
"""
NOTHING_CAME = 0.9
"""Seconds of lag more in a second: where nothing comes it is one, and less where some does."""
MINUTE, LASTING = 60, 5
LOST_LASTING = {"aurora": LASTING, "rds": 1 + LASTING + 1}
"""Minutes in a row without anything until a region counts as lost. RDS may be idle for five, and
the first and last of those minutes are not whole."""
FULL = 0.9
"""Share of the stated connections that is worth a look."""
LAG = {
    "aurora": ("AuroraGlobalDBRPOLag", "DBClusterIdentifier", 1000.0),
    "rds": ("ReplicaLag", "DBInstanceIdentifier", 1.0),
}
"""Metric of the lag, its dimension, and its units in a second (checked 2026-11-24).

https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.AuroraMonitoring.Metrics.html
"""
Alarms = Mapping[tuple[str, str], cloudwatch.MetricAlarm]
"""The alarms of a lost leader, by database and the region that guards it."""


def make_alarms(
    deployment: Deployment, databases: Databases, topics: Mapping[str, sns.Topic]
) -> Alarms:
    """The alarms of every copy, and of every backup that fails; returns those of a lost leader.

    That copies are behind and that their leader is not heard are different things: the first is
    told to people, the second, where a region guards the leader's city, begins a failover.
    """
    for _, managed in sorted(databases.items()):
        for region in sorted(managed.ids):
            if len(managed.ids) > 1:
                _lag(deployment, managed, region, topics[region])
            _connections(deployment, managed, region, topics[region])
    if deployment.plan.backups:
        for region, topic in sorted(topics.items()):
            tell_of_failed_backups(deployment, region, topic)
    guards = find_guards(deployment.plan, {name: one.database for name, one in databases.items()})
    guarded = sorted({(name, guard.region) for guard in guards for name in guard.databases})
    return {
        (name, region): _unheard(deployment, databases[name], region) for name, region in guarded
    }


def both(arns: Sequence[str]) -> str:
    """The rule of an alarm that stands when all of these stand."""
    return " AND ".join(f'ALARM("{arn}")' for arn in sorted(arns))


def _lag(deployment: Deployment, managed: ManagedDatabase, region: str, topic: sns.Topic) -> None:
    """The lag as this region sees it, told to people; a leader's region has none, which is well.

    Below what an idle copy of RDS reports nobody is told, whatever the spec states.
    """
    database = managed.database
    inside = {
        host.name for host in deployment.plan.sites if host.place and host.place.region == region
    }
    stated = [m.max_lag for m in database.members if m.site in inside and m.max_lag is not None]
    metric, dimension, units = LAG[managed.service]
    least = IDLE_LAG_S if managed.service == "rds" else 0.0
    if stated and min(stated) < least:
        pulumi.log.warn(
            f"databases.{database.name}: of a copy in {region} people are told from {least:g} s of "
            f"lag on, not from {min(stated):g} s: an idle copy of RDS reports as much"
        )
    name = deployment.name(region, "lag", database.name)
    cloudwatch.MetricAlarm(
        name,
        region=region,
        name=f"{deployment.stack}-lag-{database.name}",
        alarm_description=f"{database.name} in {region} is behind its leader",
        namespace="AWS/RDS",
        metric_name=metric,
        dimensions={dimension: managed.ids[region]},
        statistic="Maximum",
        comparison_operator="GreaterThanThreshold",
        threshold=max(least, min(stated, default=DEFAULT_LAG_S)) * units,
        period=MINUTE,
        evaluation_periods=LASTING,
        datapoints_to_alarm=LASTING,
        treat_missing_data="notBreaching",
        alarm_actions=[topic.arn],
        ok_actions=[topic.arn],
        tags=deployment.tags(name, database=database.name),
        opts=deployment.options(deployment.tree.failover),
    )


def _unheard(
    deployment: Deployment, managed: ManagedDatabase, region: str
) -> cloudwatch.MetricAlarm:
    """Whether nothing of the leader has come for minutes: the lag grows like the clock, or is told
    no more. Large writes make a lag too, but not one that grows so.

    It tells nobody: the composite alarm of a whole city does.
    """
    database = managed.database
    metric, dimension, units = LAG[managed.service]
    lasting = LOST_LASTING[managed.service]
    name = deployment.name(region, "unheard", database.name)
    return cloudwatch.MetricAlarm(
        name,
        region=region,
        name=f"{deployment.stack}-unheard-{database.name}",
        alarm_description=f"{database.name}: nothing of its leader comes to {region}",
        comparison_operator="GreaterThanThreshold",
        threshold=NOTHING_CAME * units,
        evaluation_periods=lasting,
        datapoints_to_alarm=lasting,
        treat_missing_data="breaching",
        metric_queries=[
            cloudwatch.MetricAlarmMetricQueryArgs(
                id="lag",
                metric=cloudwatch.MetricAlarmMetricQueryMetricArgs(
                    namespace="AWS/RDS",
                    metric_name=metric,
                    dimensions={dimension: managed.ids[region]},
                    stat="Maximum",
                    period=MINUTE,
                ),
            ),
            cloudwatch.MetricAlarmMetricQueryArgs(
                # By the second, from one minute to the next.
                id="growth",
                expression="RATE(lag)",
                label=f"Growth of the lag of {database.name}",
                return_data=True,
            ),
        ],
        tags=deployment.tags(name, database=database.name),
        opts=deployment.options(deployment.tree.failover),
    )


def _connections(
    deployment: Deployment, managed: ManagedDatabase, region: str, topic: sns.Topic
) -> None:
    database = managed.database
    name = deployment.name(region, "connections", database.name)
    cloudwatch.MetricAlarm(
        name,
        region=region,
        name=f"{deployment.stack}-connections-{database.name}",
        alarm_description=f"{database.name} in {region} has nearly all the connections stated",
        namespace="AWS/RDS",
        metric_name="DatabaseConnections",
        dimensions={LAG[managed.service][1]: managed.ids[region]},
        statistic="Maximum",
        comparison_operator="GreaterThanThreshold",
        threshold=float(round(database.load_connections * FULL)),
        period=MINUTE,
        evaluation_periods=LASTING,
        treat_missing_data="notBreaching",
        alarm_actions=[topic.arn],
        tags=deployment.tags(name, database=database.name),
        opts=deployment.options(deployment.tree.failover),
    )
