"""Alarms over other alarms."""

from tricenter.offline.aws.plugin.kind import Kind, called, described

COMPOSITE_ALARM = Kind(
    sdk_name="cloudwatch.CompositeAlarm",
    service="cloudwatch",
    create="PutCompositeAlarm",
    identity="props.alarmName",
    find=described(
        "DescribeAlarms",
        lambda at: {"AlarmNames": [at.id], "AlarmTypes": ["CompositeAlarm"]},
        "CompositeAlarms[0]",
    ),
    delete=called("DeleteAlarms", lambda at: {"AlarmNames": [at.id]}),
    gone=frozenset({"ResourceNotFound"}),
    names={"okActions": "OKActions"},
    modify="PutCompositeAlarm",
    whole=True,
    replace=frozenset({"alarmName"}),
    reads={"arn": "AlarmArn"},
    tagged=lambda at, found: at.arn(f"alarm:{at.id}"),  # noqa: ARG005 - as every row's
    autoname="alarmName",
)
KINDS = [COMPOSITE_ALARM]
