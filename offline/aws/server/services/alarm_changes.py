"""What follows when an alarm changes: its actions, an event, and the alarms that are over it."""

import json
from typing import Any

from moto.cloudwatch.models import cloudwatch_backends

from tricenter.offline.aws.server import events, mail
from tricenter.offline.aws.server.call import Call
from tricenter.offline.aws.server.services.composite_alarms import NAMED

SERVICE = "cloudwatch"
ALARMS = "cloudwatch.amazonaws.com"
CHANGED = "CloudWatch Alarm State Change"
OVER = "its rule"
"""Why a composite alarm has changed."""


def changed(call: Call) -> None:
    """An alarm has the state that a request gave it."""
    backend: Any = cloudwatch_backends[call.account][call.region]
    _follow(call, backend, backend.alarms[call.params["AlarmName"]])


def _follow(call: Call, backend: Any, alarm: Any) -> None:
    before, now = alarm.history[-1][3], alarm.state_value
    if before == now:
        return
    actions = {"ALARM": alarm.alarm_actions, "OK": alarm.ok_actions}
    for action in actions.get(now, alarm.insufficient_data_actions) or ():
        if alarm.actions_enabled and action.split(":")[2] == "sns":
            text = json.dumps({"AlarmName": alarm.name, "NewStateValue": now})
            where = (call.tables, call.account, call.region)
            mail.publish(*where, action, ALARMS, alarm.alarm_arn, text)
    events.tell(
        call.tables,
        call.account,
        call.region,
        source="aws.cloudwatch",
        kind=CHANGED,
        resources=[alarm.alarm_arn],
        detail={
            "alarmName": alarm.name,
            "state": {"value": now},
            "previousState": {"value": before},
        },
    )
    for other in list(backend.alarms.values()):
        if other.rule and alarm.alarm_arn in other.rule:
            _judge(call, backend, other)


def _judge(call: Call, backend: Any, composite: Any) -> None:
    """A composite alarm whose rule has all of several alarms stand."""
    states = {one.alarm_arn: one.state_value for one in backend.alarms.values()}
    parts = composite.rule.split(" AND ")
    if any(not NAMED.fullmatch(part) for part in parts):
        raise NotImplementedError(f"the rule {composite.rule} of a composite alarm")
    named = [NAMED.findall(part)[0] for part in parts]
    stands = all(
        states.get(one) == part.split("(")[0] for one, part in zip(named, parts, strict=True)
    )
    wanted = "ALARM" if stands else "OK"
    if composite.state_value != wanted:
        composite.update_state(OVER, "{}", wanted)
        _follow(call, backend, composite)


AFTER = {"SetAlarmState": changed}
