"""Health checks of Route 53."""

# ruff: noqa: ARG005 - the functions of a row all have the same form

from typing import Any

from tricenter.offline.aws.plugin.kind import At, Kind, called
from tricenter.offline.aws.plugin.kinds.route53 import reference
from tricenter.offline.aws.plugin.values import Props

CHECK_NAMES = {
    "fqdn": "FullyQualifiedDomainName",
    "ipAddress": "IPAddress",
    "invertHealthcheck": "Inverted",
    "childHealthThreshold": "HealthThreshold",
    "childHealthchecks": "ChildHealthChecks",
    "enableSni": "EnableSNI",
    "measureLatency": "MeasureLatency",
    "port": "Port",
    "type": "Type",
    "resourcePath": "ResourcePath",
    "searchString": "SearchString",
    "requestInterval": "RequestInterval",
    "failureThreshold": "FailureThreshold",
    "disabled": "Disabled",
    "regions": "Regions",
    "insufficientDataHealthStatus": "InsufficientDataHealthStatus",
    "routingControlArn": "RoutingControlArn",
}
ALARM = ("cloudwatchAlarmName", "cloudwatchAlarmRegion")


def _alarm(props: Props) -> dict[str, Any]:
    if ALARM[0] not in props:
        return {}
    return {"AlarmIdentifier": {"Name": props[ALARM[0]], "Region": props.get(ALARM[1])}}


def _check_request(props: Props) -> dict[str, Any]:
    return {**reference(props), "HealthCheckConfig": _alarm(props)}


def _find_check(at: At) -> Any:
    found = at.call("GetHealthCheck", {"HealthCheckId": at.id})["HealthCheck"]
    alarm = found["HealthCheckConfig"].get("AlarmIdentifier", {})
    names = {ALARM[0]: alarm.get("Name"), ALARM[1]: alarm.get("Region")}
    return {**found["HealthCheckConfig"], **{k: v for k, v in names.items() if v}}


HEALTH_CHECK = Kind(
    sdk_name="route53.HealthCheck",
    service="route53",
    create="CreateHealthCheck",
    identity="answer.HealthCheck.Id",
    find=_find_check,
    delete=called("DeleteHealthCheck", lambda at: {"HealthCheckId": at.id}),
    gone=frozenset({"NoSuchHealthCheck"}),
    names={
        **{name: f"HealthCheckConfig.{api}" for name, api in CHECK_NAMES.items()},
        **dict.fromkeys(ALARM, ""),
    },
    own=frozenset({"referenceName"}),
    request=_check_request,
    modify="UpdateHealthCheck",
    modify_names=CHECK_NAMES,
    target=lambda at: {"HealthCheckId": at.id, **_alarm(at.props)},
    replace=frozenset({"type", "measureLatency", "requestInterval"}),
    reads={**CHECK_NAMES, **{name: name for name in ALARM}},
    outputs=lambda at, found: {"arn": f"arn:aws:route53:::healthcheck/{at.id}"},
    tagging="route53:healthcheck",
    regional=False,
)

KINDS = [HEALTH_CHECK]
