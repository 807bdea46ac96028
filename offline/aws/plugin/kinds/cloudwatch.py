"""Log groups and alarms."""

# ruff: noqa: ARG005 - the functions of a row all have the same form

from typing import Any

from tricenter.offline.aws.plugin.kind import At, Kind, called, described
from tricenter.offline.aws.plugin.values import Props


def _find_group(at: At) -> Any:
    groups = at.call("DescribeLogGroups", {"logGroupNamePrefix": at.id})["logGroups"]
    return next((group for group in groups if group["logGroupName"] == at.id), None)


def _retention(at: At, old: Props | None) -> None:
    before, wanted = (old or {}).get("retentionInDays", 0), at.props.get("retentionInDays", 0)
    name = {"logGroupName": at.id}
    if wanted and wanted != before:
        at.call("PutRetentionPolicy", {**name, "retentionInDays": wanted})
    elif before and not wanted:
        at.call("DeleteRetentionPolicy", name)
    key, was = at.props.get("kmsKeyId"), (old or {}).get("kmsKeyId")
    if old is not None and key != was:
        operation = "AssociateKmsKey" if key else "DisassociateKmsKey"
        at.call(operation, {**name, **({"kmsKeyId": key} if key else {})})


def _delete_group(at: At) -> None:
    if not at.props.get("skipDestroy"):
        at.call("DeleteLogGroup", {"logGroupName": at.id})


LOG_GROUP = Kind(
    sdk_name="cloudwatch.LogGroup",
    service="logs",
    create="CreateLogGroup",
    identity="props.name",
    find=_find_group,
    delete=_delete_group,
    gone=frozenset({"ResourceNotFoundException"}),
    names={"name": "logGroupName", "namePrefix": ""},
    own=frozenset({"retentionInDays", "skipDestroy"}),
    modify="AssociateKmsKey",
    modify_by_settling=True,
    replace=frozenset({"name"}),
    settle=_retention,
    reads={"name": "logGroupName", "arn": ""},
    outputs=lambda at, found: {"arn": str(found["arn"]).removesuffix(":*")},
    tagged=lambda at, found: at.arn(f"log-group:{at.id}"),
    autoname="name",
)


def _dimensions(props: Props) -> dict[str, Any]:
    """The alarm's dimensions, which the API wants as a list; a metric query's are a map too."""
    made: dict[str, Any] = {"ActionsEnabled": props.get("actionsEnabled", True)}
    if props.get("dimensions"):
        given = dict(props["dimensions"])
        made["Dimensions"] = [{"Name": name, "Value": value} for name, value in given.items()]
    if props.get("metricQueries"):
        made["Metrics"] = [_query(query) for query in props["metricQueries"]]
    return made


def _query(query: Props) -> dict[str, Any]:
    names = {"id": "Id", "expression": "Expression", "label": "Label", "period": "Period"}
    made = {api: query[name] for name, api in names.items() if query.get(name) is not None}
    if query.get("returnData") is not None:
        made["ReturnData"] = query["returnData"]
    metric = query.get("metric")
    if metric:
        given = dict(metric.get("dimensions", {}))
        dimensions = [{"Name": name, "Value": value} for name, value in given.items()]
        where = {"MetricName": metric["metricName"], "Namespace": metric.get("namespace")}
        stat = {"Period": metric["period"], "Stat": metric["stat"]}
        unit = {"Unit": metric["unit"]} if metric.get("unit") else {}
        made["MetricStat"] = {"Metric": {**where, "Dimensions": dimensions}, **stat, **unit}
    return made


def _alarm(at: At) -> Any:
    return described(
        "DescribeAlarms",
        lambda at: {"AlarmNames": [at.id], "AlarmTypes": ["MetricAlarm"]},
        "MetricAlarms[0]",
    )(at)


METRIC_ALARM = Kind(
    sdk_name="cloudwatch.MetricAlarm",
    service="cloudwatch",
    create="PutMetricAlarm",
    identity="props.name",
    find=_alarm,
    delete=called("DeleteAlarms", lambda at: {"AlarmNames": [at.id]}),
    gone=frozenset({"ResourceNotFound"}),
    names={
        "name": "AlarmName",
        "dimensions": "",
        "metricQueries": "",
        "evaluateLowSampleCountPercentiles": "EvaluateLowSampleCountPercentile",
        "insufficientDataActions": "InsufficientDataActions",
    },
    request=_dimensions,
    modify="PutMetricAlarm",
    modify_names={"dimensions": "Dimensions", "metricQueries": "Metrics"},
    modify_raw=True,
    whole=True,
    replace=frozenset({"name"}),
    reads={"name": "AlarmName", "arn": "AlarmArn", "dimensions": "", "metricQueries": ""},
    outputs=lambda at, found: {
        "dimensions": {d["Name"]: d["Value"] for d in found.get("Dimensions", [])} or None
    },
    tagged=lambda at, found: at.arn(f"alarm:{at.id}"),
    autoname="name",
)

KINDS = [LOG_GROUP, METRIC_ALARM]
