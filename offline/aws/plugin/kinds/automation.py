"""State machines, functions, event rules and plans that change regions."""

# ruff: noqa: ARG005 - the functions of a row all have the same form

from typing import Any

from tricenter.offline.aws.plugin.kind import At, Kind, called
from tricenter.offline.aws.plugin.values import Props


def _logging(props: Props) -> dict[str, Any]:
    given = props.get("loggingConfiguration")
    if not given:
        return {}
    made = {key: given[key] for key in ("level", "includeExecutionData") if key in given}
    if given.get("logDestination"):
        group = {"logGroupArn": given["logDestination"]}
        made["destinations"] = [{"cloudWatchLogsLogGroup": group}]
    return {"loggingConfiguration": made}


STATE_MACHINE = Kind(
    sdk_name="sfn.StateMachine",
    service="stepfunctions",
    create="CreateStateMachine",
    identity="answer.stateMachineArn",
    find=lambda at: at.call("DescribeStateMachine", {"stateMachineArn": at.id}),
    delete=called("DeleteStateMachine", lambda at: {"stateMachineArn": at.id}),
    gone=frozenset({"StateMachineDoesNotExist"}),
    names={
        "namePrefix": "",
        "loggingConfiguration.logDestination": "destinations",
    },
    request=_logging,
    own=frozenset({"loggingConfiguration"}),
    modify="UpdateStateMachine",
    target=lambda at: {"stateMachineArn": at.id, **_logging(at.props)},
    replace=frozenset({"name", "type"}),
    reads={"arn": "stateMachineArn", "loggingConfiguration": ""},
    autoname="name",
)


EVENT_RULE = Kind(
    sdk_name="cloudwatch.EventRule",
    service="events",
    create="PutRule",
    identity="props.name",
    find=lambda at: at.call(
        "DescribeRule", {"Name": at.id, "EventBusName": at.props.get("eventBusName", "default")}
    ),
    delete=called(
        "DeleteRule",
        lambda at: {"Name": at.id, "EventBusName": at.props.get("eventBusName", "default")},
    ),
    gone=frozenset({"ResourceNotFoundException"}),
    names={"namePrefix": ""},
    own=frozenset({"forceDestroy", "isEnabled"}),
    request=lambda props: {} if "state" in props else {"State": _enabled(props)},
    modify="PutRule",
    whole=True,
    replace=frozenset({"name", "eventBusName"}),
    reads={"isEnabled": ""},
    tagged=lambda at, found: at.arn(f"rule/{at.id}"),
    autoname="name",
)


def _enabled(props: Props) -> str:
    return "ENABLED" if props.get("isEnabled", True) else "DISABLED"


TARGET_MEMBERS = {
    "arn": "Arn",
    "roleArn": "RoleArn",
    "input": "Input",
    "inputPath": "InputPath",
}


def _target(props: Props) -> dict[str, Any]:
    one = {api: props[name] for name, api in TARGET_MEMBERS.items() if name in props}
    one["Id"] = props.get("targetId")
    queue = props.get("deadLetterConfig")
    if queue:
        one["DeadLetterConfig"] = {"Arn": queue.get("arn")}
    retry = props.get("retryPolicy")
    if retry:
        names = {
            "maximumEventAgeInSeconds": "MaximumEventAgeInSeconds",
            "maximumRetryAttempts": "MaximumRetryAttempts",
        }
        one["RetryPolicy"] = {names[key]: value for key, value in retry.items()}
    shape = props.get("inputTransformer")
    if shape:
        paths = {"InputPathsMap": shape["inputPaths"]} if shape.get("inputPaths") else {}
        one["InputTransformer"] = {"InputTemplate": shape["inputTemplate"], **paths}
    return {"Targets": [one]}


def _find_target(at: At) -> Any:
    bus = at.props.get("eventBusName", "default")
    request = {"Rule": at.props["rule"], "EventBusName": bus}
    targets = at.call("ListTargetsByRule", request)["Targets"]
    return next((t for t in targets if t["Id"] == at.props["targetId"]), None)


EVENT_TARGET = Kind(
    sdk_name="cloudwatch.EventTarget",
    service="events",
    create="PutTargets",
    identity="",
    identify_with=lambda props: f"{props['rule']}-{props['targetId']}",
    find=_find_target,
    delete=called(
        "RemoveTargets",
        lambda at: {
            "Rule": at.props["rule"],
            "EventBusName": at.props.get("eventBusName", "default"),
            "Ids": [at.props["targetId"]],
        },
    ),
    gone=frozenset({"ResourceNotFoundException"}),
    names={
        **dict.fromkeys(TARGET_MEMBERS, ""),
        **dict.fromkeys(("deadLetterConfig", "inputTransformer", "retryPolicy", "targetId"), ""),
    },
    own=frozenset({"forceDestroy"}),
    request=_target,
    modify="PutTargets",
    modify_names=dict.fromkeys(
        (*TARGET_MEMBERS, "deadLetterConfig", "inputTransformer", "retryPolicy"), "Targets"
    ),
    modify_raw=True,
    whole=True,
    replace=frozenset({"rule", "eventBusName", "targetId"}),
    reads={"targetId": "Id", "inputTransformer": ""},
    autoname="targetId",
)


KINDS = [STATE_MACHINE, EVENT_RULE, EVENT_TARGET]
