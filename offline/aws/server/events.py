"""Events of the emulated AWS: what a service tells its region's bus reaches the rules' targets.

moto compares events with patterns, and knows neither topics nor state machines as targets.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from moto.events.models import events_backends
from moto.stepfunctions.models import stepfunctions_backends

from tricenter.offline.aws.server import mail
from tricenter.offline.aws.server.tables import Tables

SERVICE = "events.amazonaws.com"


def tell(
    tables: Tables,
    account: str,
    region: str,
    *,
    source: str,
    kind: str,
    resources: Sequence[str],
    detail: Mapping[str, Any],
) -> None:
    """Put an event of a service on the region's own bus."""
    event: dict[str, Any] = {
        "version": "0",
        "id": str(uuid4()),
        "detail-type": kind,
        "source": source,
        "account": account,
        "region": region,
        "resources": list(resources),
        "detail": dict(detail),
    }
    bus: Any = events_backends[account][region].describe_event_bus("default")
    for rule in bus.rules.values():
        if rule.state != "ENABLED" or not rule.event_pattern.matches_event(event):
            continue
        for target in rule.targets:
            _send(tables, account, region, rule.arn, str(target["Arn"]), event)


def _send(
    tables: Tables, account: str, region: str, rule: str, target: str, event: Mapping[str, Any]
) -> None:
    service, text = target.split(":")[2], json.dumps(event)
    if service == "sns":
        mail.publish(tables, account, region, target, SERVICE, rule, text)
    elif service == "states":
        machines: Any = stepfunctions_backends[account][region]
        machines.start_execution(target, event["id"], text)
    else:
        raise NotImplementedError(f"a rule of EventBridge with the target {target}")
