"""Composite alarms, which moto keeps and tells but cannot make."""

import re
from collections.abc import Mapping
from typing import Any

from moto.cloudwatch.models import cloudwatch_backends

from tricenter.offline.aws.server.call import Call, refuse

SERVICE = "cloudwatch"
NAMED = re.compile(r'(?:ALARM|OK|INSUFFICIENT_DATA)\(\s*"?([^")]+)"?\s*\)')


def put(call: Call) -> Mapping[str, Any]:
    """Make or change an alarm over others; those that its rule names are there."""
    backend: Any = cloudwatch_backends[call.account][call.region]
    rule = str(call.params["AlarmRule"])
    known = {name for alarm in backend.describe_alarms() for name in (alarm.name, alarm.alarm_arn)}
    for named in NAMED.findall(rule):
        if named not in known:
            refuse("ValidationError", f"Could not save the composite alarm: {named} does not exist")
    backend.put_metric_alarm(
        name=call.params["AlarmName"],
        namespace=None,
        metric_name=None,
        comparison_operator=None,
        evaluation_periods=None,
        period=None,
        threshold=None,
        statistic=None,
        description=call.params.get("AlarmDescription"),
        dimensions=[],
        alarm_actions=call.params.get("AlarmActions") or [],
        ok_actions=call.params.get("OKActions") or [],
        insufficient_data_actions=call.params.get("InsufficientDataActions") or [],
        actions_enabled=call.params.get("ActionsEnabled", True),
        rule=rule,
        tags=call.params.get("Tags") or [],
    )
    return {}


ANSWERS = {"PutCompositeAlarm": put}
