"""Alarms in each region about its own copies: how far behind, how full of connections."""

import json
from collections.abc import Mapping, Sequence

import pulumi
from pulumi_aws import cloudwatch, sns

from tricenter.components.aws.deployment import Deployment
from tricenter.components.aws.keys import Keys
from tricenter.components.aws.managed import Databases, ManagedDatabase
from tricenter.components.aws.network import Networks

DEFAULT_LAG_S = 30.0
"""Lag at which people are told, in seconds, where the spec states no `max_lag`."""
MINUTE, LASTING = 60, 5
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
"""The alarms of lag, by database and region."""


def make_topics(deployment: Deployment, networks: Networks, keys: Keys) -> Mapping[str, sns.Topic]:
    """One topic a region for people: subscribe those on duty to each of them."""
    return {region: _topic(deployment, region, keys) for region in networks}


def make_alarms(
    deployment: Deployment, databases: Databases, topics: Mapping[str, sns.Topic]
) -> Alarms:
    """The alarms of every copy; returns those of the lag, by which the loss of a region shows."""
    found: dict[tuple[str, str], cloudwatch.MetricAlarm] = {}
    for name, managed in sorted(databases.items()):
        for region in sorted(managed.ids):
            if len(managed.ids) > 1:
                found[name, region] = _lag(deployment, managed, region, topics[region])
            _connections(deployment, managed, region, topics[region])
    return found


def both(arns: Sequence[str]) -> str:
    """The rule of an alarm that stands when all of these stand."""
    return " AND ".join(f'ALARM("{arn}")' for arn in sorted(arns))


def _topic(deployment: Deployment, region: str, keys: Keys) -> sns.Topic:
    name = deployment.name(region, "duty")
    topic = sns.Topic(
        name,
        region=region,
        name=f"{deployment.stack}-duty",
        kms_master_key_id=keys[region].arn,
        tags=deployment.tags(name),
        opts=deployment.options(deployment.tree.failover),
    )
    sns.TopicPolicy(
        name,
        region=region,
        arn=topic.arn,
        policy=pulumi.Output.all(topic.arn, deployment.account).apply(
            lambda known: _may_publish(*known)
        ),
        opts=deployment.options(deployment.tree.failover),
    )
    return topic


def _may_publish(arn: str, account: str) -> str:
    services = ["cloudwatch.amazonaws.com", "events.amazonaws.com", "backup.amazonaws.com"]
    own = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
        "Action": ["sns:Publish", "sns:Subscribe", "sns:GetTopicAttributes"],
        "Resource": arn,
    }
    told = {
        "Effect": "Allow",
        "Principal": {"Service": services},
        "Action": "sns:Publish",
        "Resource": arn,
        "Condition": {"StringEquals": {"aws:SourceAccount": account}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [own, told]})


def _lag(
    deployment: Deployment, managed: ManagedDatabase, region: str, topic: sns.Topic
) -> cloudwatch.MetricAlarm:
    """The lag as this region sees it; a leader has none, and a lost leader stops telling it."""
    database = managed.database
    inside = {
        host.name for host in deployment.plan.sites if host.place and host.place.region == region
    }
    stated = [m.max_lag for m in database.members if m.site in inside and m.max_lag is not None]
    metric, dimension, units = LAG[managed.service]
    name = deployment.name(region, "lag", database.name)
    return cloudwatch.MetricAlarm(
        name,
        region=region,
        name=f"{deployment.stack}-lag-{database.name}",
        alarm_description=f"{database.name} in {region} is behind, or its leader is not heard",
        namespace="AWS/RDS",
        metric_name=metric,
        dimensions={dimension: managed.ids[region]},
        statistic="Maximum",
        comparison_operator="GreaterThanThreshold",
        threshold=min(stated, default=DEFAULT_LAG_S) * units,
        period=MINUTE,
        evaluation_periods=LASTING,
        datapoints_to_alarm=LASTING,
        treat_missing_data="breaching",
        alarm_actions=[topic.arn],
        ok_actions=[topic.arn],
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
