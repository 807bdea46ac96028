"""What starts a region's failover: another region silent from outside and from inside at once.

Two signals that share nothing: probes from three continents at the public addresses, and what
Cloud SQL measures of itself. Either alone may be ill while the database is well.
"""

import pulumi
import pulumi_gcp as gcp

from tricenter.components.gcp.agents import agent
from tricenter.components.gcp.alerts import OVER, Channels, not_up, one_of
from tricenter.components.gcp.cloudsql import SERVICE, instance_name
from tricenter.components.gcp.deployment import Deployment
from tricenter.components.gcp.guards import Guard
from tricenter.topology.gcp_names import LONGEST_ACCOUNT
from tricenter.topology.managed_instances import managed_instances
from tricenter.topology.plan import PlannedHost

monitoring = gcp.monitoring
PROBES_FROM = ["USA", "EUROPE", "ASIA_PACIFIC"]
"""Monitoring wants at least three."""
PERIODS = (60, 300, 600, 900)
"""Seconds between probes that Monitoring offers."""
LONGEST_PROBE = 60
MOST_CONDITIONS = 6
CHECK_PASSED = "monitoring.googleapis.com/uptime_check/check_passed"


def make_alarm(
    deployment: Deployment,
    guard: Guard,
    workflow: gcp.workflows.Workflow,
    told: Channels,
) -> gcp.eventarc.Trigger:
    """Probes, an alert for each watched region, and the way from it to the workflow.

    `told` are the people's channels: they hear of it as well.
    """
    topic = gcp.pubsub.Topic(
        deployment.logical(guard.region, "alarm", "topic"),
        name=deployment.named(guard.region, "alarm"),
        project=guard.project,
        # The message must not be kept in the region that is lost.
        message_storage_policy=gcp.pubsub.TopicMessageStoragePolicyArgs(
            allowed_persistence_regions=[guard.region]
        ),
        labels=deployment.labels(region=guard.region),
        opts=_options(deployment, guard),
    )
    channel = monitoring.NotificationChannel(
        deployment.logical(guard.region, "alarm", "channel"),
        display_name=deployment.named(guard.region, "alarm"),
        project=guard.project,
        type="pubsub",
        labels={"topic": topic.id},
        user_labels=deployment.labels(region=guard.region),
        force_delete=deployment.drill,
        opts=_options(deployment, guard),
    )
    _let_monitoring_publish(deployment, guard, topic, channel)
    for region, sites in guard.watched.items():
        _make_alert(deployment, guard, region, sites, channel, told)
    return _make_trigger(deployment, guard, topic, workflow)


def _options(
    deployment: Deployment, guard: Guard, after: list[pulumi.Resource] | None = None
) -> pulumi.ResourceOptions:
    return deployment.options(deployment.tree.failover, owner=guard.project, after=after)


def _let_monitoring_publish(
    deployment: Deployment,
    guard: Guard,
    topic: gcp.pubsub.Topic,
    channel: gcp.monitoring.NotificationChannel,
) -> None:
    gcp.pubsub.TopicIAMMember(
        deployment.logical(guard.region, "alarm", "publisher"),
        project=guard.project,
        topic=topic.name,
        role="roles/pubsub.publisher",
        member=agent(deployment, guard.project, "gcp-sa-monitoring-notification"),
        # Google makes that identity with the first channel of a project.
        opts=_options(deployment, guard, after=[channel]),
    )


def _make_alert(
    deployment: Deployment,
    guard: Guard,
    region: str,
    sites: tuple[PlannedHost, ...],
    channel: gcp.monitoring.NotificationChannel,
    told: Channels,
) -> None:
    probes = [_probe_failed(deployment, guard, site) for site in sites[: MOST_CONDITIONS - 1]]
    conditions = [probe for probe in probes if probe is not None]
    monitoring.AlertPolicy(
        deployment.logical(guard.region, "alarm", f"lost-{region}"),
        display_name=deployment.named(region, "lost"),
        project=guard.project,
        combiner="AND",
        conditions=[*conditions, _not_up(deployment, region)],
        notification_channels=[channel.id, *(one.id for one in told)],
        severity="CRITICAL",
        alert_strategy=monitoring.AlertPolicyAlertStrategyArgs(auto_close=OVER),
        documentation=monitoring.AlertPolicyDocumentationArgs(
            subject=f"{region} is silent: failover into {guard.region}",
            content=(
                f"Probes from outside fail, and no Cloud SQL in {region} says that it is up. "
                f"The workflow {deployment.named(guard.region, 'forced')} in {guard.region} has "
                f"been started. "
                + ("It waits for approval." if guard.approve else "It acts by itself.")
            ),
            mime_type="text/markdown",
        ),
        user_labels=deployment.labels(region=guard.region),
        opts=_options(deployment, guard),
    )


def _probe_failed(
    deployment: Deployment, guard: Guard, site: PlannedHost
) -> gcp.monitoring.AlertPolicyConditionArgs | None:
    """The condition that nobody outside reaches a site; None where it answers no public name."""
    for record in deployment.plan.zone.records:
        found = dict(record.addresses).get(site.name, ())
        addresses = [address for address in found if address not in record.unchecked]
        if not addresses:
            continue
        check = monitoring.UptimeCheckConfig(
            deployment.logical(site.name, "probe", f"from-{guard.region}"),
            display_name=deployment.named(site.name, "probe"),
            project=guard.project,
            tcp_check=monitoring.UptimeCheckConfigTcpCheckArgs(port=record.check_port),
            monitored_resource=monitoring.UptimeCheckConfigMonitoredResourceArgs(
                type="uptime_url", labels={"host": addresses[0], "project_id": guard.project}
            ),
            period=f"{next((p for p in PERIODS if p >= record.check_interval), PERIODS[-1])}s",
            timeout=f"{min(max(int(record.check_timeout), 1), LONGEST_PROBE)}s",
            selected_regions=PROBES_FROM,
            log_check_failures=True,
            user_labels=deployment.labels(site=site.name),
            opts=_options(deployment, guard),
        )
        return monitoring.AlertPolicyConditionArgs(
            display_name=f"{site.name} cannot be reached from outside",
            condition_threshold=monitoring.AlertPolicyConditionConditionThresholdArgs(
                filter=check.uptime_check_id.apply(
                    lambda found: (
                        f'resource.type = "uptime_url" AND metric.type = "{CHECK_PASSED}" AND '
                        f'metric.labels.check_id = "{found}"'
                    )
                ),
                comparison="COMPARISON_GT",
                # More than one of the three places: one of them may itself be cut off.
                threshold_value=1,
                duration=f"{PERIODS[0]}s",
                aggregations=[
                    monitoring.AlertPolicyConditionConditionThresholdAggregationArgs(
                        alignment_period="1200s",
                        per_series_aligner="ALIGN_NEXT_OLDER",
                        cross_series_reducer="REDUCE_COUNT_FALSE",
                        group_by_fields=["resource.label.*"],
                    )
                ],
            ),
        )
    return None


def _not_up(deployment: Deployment, region: str) -> gcp.monitoring.AlertPolicyConditionArgs:
    """The condition that no instance of a region says that it is up."""
    plan = deployment.plan
    names = sorted(
        f"{deployment.project_of(instance.owner)}:{instance_name(deployment, instance)}"
        for database in plan.databases
        if database.service == SERVICE
        for instance in managed_instances(plan, database)
        if instance.region == region
    )
    return not_up(
        f"no Cloud SQL in {region} is up",
        'resource.type = "cloudsql_database" AND '
        'metric.type = "cloudsql.googleapis.com/database/up" AND '
        f"resource.labels.database_id = {one_of(names)}",
        "REDUCE_MAX",
    )


def _make_trigger(
    deployment: Deployment,
    guard: Guard,
    topic: gcp.pubsub.Topic,
    workflow: gcp.workflows.Workflow,
) -> gcp.eventarc.Trigger:
    """An identity of its own starts the workflow: it may do that and nothing else."""
    account = gcp.serviceaccount.Account(
        deployment.logical(guard.region, "alarm", "identity"),
        account_id=deployment.named(guard.region, "alarm", longest=LONGEST_ACCOUNT),
        project=guard.project,
        display_name=f"alarm of {guard.region}",
        opts=_options(deployment, guard),
    )
    invoker = gcp.projects.IAMMember(
        deployment.logical(guard.region, "alarm", "invoker"),
        project=guard.project,
        role="roles/workflows.invoker",
        member=account.member,
        opts=_options(deployment, guard),
    )
    return gcp.eventarc.Trigger(
        deployment.logical(guard.region, "alarm", "trigger"),
        name=deployment.named(guard.region, "alarm"),
        project=guard.project,
        location=guard.region,
        matching_criterias=[
            gcp.eventarc.TriggerMatchingCriteriaArgs(
                attribute="type", value="google.cloud.pubsub.topic.v1.messagePublished"
            )
        ],
        transport=gcp.eventarc.TriggerTransportArgs(
            pubsub=gcp.eventarc.TriggerTransportPubsubArgs(topic=topic.id)
        ),
        destination=gcp.eventarc.TriggerDestinationArgs(workflow=workflow.id),
        service_account=account.email,
        labels=deployment.labels(region=guard.region),
        opts=_options(deployment, guard, after=[invoker]),
    )
