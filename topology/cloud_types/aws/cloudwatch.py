"""CloudWatch, its logs and EventBridge."""

from tricenter.topology.cloud_types.row import Again, ByName, CloudType

TYPES = (
    CloudType(
        type="aws:cloudwatch/compositeAlarm:CompositeAlarm",
        kind="cloudwatch alarm",
        known=ByName(id="{alarmName}"),
        removal="cloudwatch delete-alarms --alarm-names {name}",
    ),
    CloudType(
        type="aws:cloudwatch/eventRule:EventRule",
        endpoint="eventbridge",
        kind="events rule",
        known=ByName(id="{name}"),
        removal="events delete-rule --name {name}",
    ),
    CloudType(
        type="aws:cloudwatch/eventTarget:EventTarget",
        endpoint="eventbridge",
        known=Again(why="a target is put under its id"),
    ),
    CloudType(
        type="aws:cloudwatch/logGroup:LogGroup",
        endpoint="cloudwatchlogs",
        kind="logs log-group",
        known=ByName(id="{name}"),
        removal="logs delete-log-group --log-group-name {name}",
    ),
    CloudType(
        type="aws:cloudwatch/metricAlarm:MetricAlarm",
        kind="cloudwatch alarm",
        known=ByName(id="{name}"),
    ),
)
