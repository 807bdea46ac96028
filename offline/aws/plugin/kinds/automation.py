"""State machines, functions, event rules and plans that change regions."""

import io
import zipfile
from pathlib import Path
from typing import Any

from tricenter.offline.aws.plugin.kind import At, Found, Kind, called, described
from tricenter.offline.aws.plugin.values import Props

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
    request=lambda props: _logging(props),
    own=frozenset({"loggingConfiguration"}),
    modify="UpdateStateMachine",
    target=lambda at: {"stateMachineArn": at.id, **_logging(at.props)},
    replace=frozenset({"name", "type"}),
    reads={"arn": "stateMachineArn", "loggingConfiguration": ""},
    autoname="name",
)


def _logging(props: Props) -> dict[str, Any]:
    given = props.get("loggingConfiguration")
    if not given:
        return {}
    made = {key: given[key] for key in ("level", "includeExecutionData") if key in given}
    if given.get("logDestination"):
        group = {"logGroupArn": given["logDestination"]}
        made["destinations"] = [{"cloudWatchLogsLogGroup": group}]
    return {"loggingConfiguration": made}


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
    modify_names={
        name: "Targets"
        for name in (*TARGET_MEMBERS, "deadLetterConfig", "inputTransformer", "retryPolicy")
    },
    modify_raw=True,
    whole=True,
    replace=frozenset({"rule", "eventBusName", "targetId"}),
    reads={"targetId": "Id", "inputTransformer": ""},
    autoname="targetId",
)


def _code(props: Props) -> dict[str, Any]:
    """The function's code: what S3 holds, or a zip made from an archive of files."""
    made: dict[str, Any] = {}
    for name, api in (("s3Bucket", "S3Bucket"), ("s3Key", "S3Key"), ("imageUri", "ImageUri")):
        if name in props:
            made[api] = props[name]
    if "s3ObjectVersion" in props:
        made["S3ObjectVersion"] = props["s3ObjectVersion"]
    archive = props.get("code")
    if isinstance(archive, dict):
        made["ZipFile"] = zipped(archive)
    return {"Code": made}


def zipped(archive: Props) -> bytes:
    """An archive of the engine, texts and files, as a zip; the same bytes for the same content."""
    if archive.get("path"):
        path = Path(archive["path"])
        if path.is_file():
            return path.read_bytes()
        files = {
            str(found.relative_to(path)): found.read_bytes()
            for found in sorted(path.rglob("*"))
            if found.is_file()
        }
    else:
        files = {name: _asset(asset) for name, asset in sorted(archive.get("assets", {}).items())}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        for name, content in files.items():
            made.writestr(zipfile.ZipInfo(name), content)
    return target.getvalue()


def _asset(asset: Props) -> bytes:
    return Path(asset["path"]).read_bytes() if asset.get("path") else str(asset["text"]).encode()


def _find_function(at: At) -> Any:
    found = at.call("GetFunction", {"FunctionName": at.id})
    return {**found["Configuration"], "Tags": found.get("Tags", {})}


def _function_outputs(at: At, found: Found) -> Props:
    arn = str(found["FunctionArn"])
    start = f"arn:aws:apigateway:{at.region}:lambda:path/2015-03-31/functions"
    return {
        "arn": arn,
        "invokeArn": f"{start}/{arn}/invocations",
        "qualifiedArn": f"{arn}:{found.get('Version', '$LATEST')}",
        "sourceCodeSize": found.get("CodeSize"),
    }


def _new_code(at: At, old: Props | None) -> None:
    parts = ("code", "s3Bucket", "s3Key", "s3ObjectVersion", "imageUri")
    if old is not None and any(old.get(part) != at.props.get(part) for part in parts):
        at.call("UpdateFunctionCode", {"FunctionName": at.id, **_code(at.props)["Code"]})


CODE = frozenset({"code", "s3Bucket", "s3Key", "s3ObjectVersion", "imageUri", "sourceCodeHash"})
FUNCTION = Kind(
    sdk_name="lambda_.Function",
    service="lambda",
    create="CreateFunction",
    identity="answer.FunctionName",
    find=_find_function,
    delete=called("DeleteFunction", lambda at: {"FunctionName": at.id}),
    gone=frozenset({"ResourceNotFoundException"}),
    names={"name": "FunctionName", "kmsKeyArn": "KMSKeyArn"},
    own=CODE | {"skipDestroy"},
    request=_code,
    modify="UpdateFunctionConfiguration",
    target=lambda at: {"FunctionName": at.id},
    replace=frozenset({"name", "packageType", "architectures"}),
    settle=_new_code,
    reads={
        "name": "FunctionName",
        "kmsKeyArn": "KMSKeyArn",
        "code": "",
        "tracingConfig": "",
        "vpcConfig": "",
        "environment": "",
    },
    outputs=_function_outputs,
    tagged=lambda at, found: at.arn(f"function:{at.id}"),
    autoname="name",
)


def _find_permission(at: At) -> Any:
    policy = at.call("GetPolicy", {"FunctionName": at.props["function"]})["Policy"]
    return {"StatementId": at.id} if f'"{at.id}"' in policy else None


PERMISSION = Kind(
    sdk_name="lambda_.Permission",
    service="lambda",
    create="AddPermission",
    identity="props.statementId",
    find=_find_permission,
    delete=called(
        "RemovePermission",
        lambda at: {"FunctionName": at.props["function"], "StatementId": at.id},
    ),
    gone=frozenset({"ResourceNotFoundException"}),
    names={"function": "FunctionName", "statementIdPrefix": ""},
    autoname="statementId",
)


def _region_switch(at: At) -> Any:
    return described("GetPlan", lambda at: {"arn": at.id}, "plan")(at)


REGION_SWITCH = Kind(
    sdk_name="arcregionswitch.Plan",
    service="arc-region-switch",
    create="CreatePlan",
    identity="answer.plan.arn",
    find=_region_switch,
    delete=called("DeletePlan", lambda at: {"arn": at.id}),
    gone=frozenset({"ResourceNotFoundException"}),
    names={
        "associatedAlarms": "",
        "workflows": "",
        "reportConfigurations": "reportConfiguration",
        "reportConfigurations.reportOutputs": "reportOutput",
    },
    own=frozenset({"timeouts"}),
    request=lambda props: {**_alarms(props), **_workflows(props)},
    modify="UpdatePlan",
    whole=True,
    modify_names={"associatedAlarms": "associatedAlarms", "workflows": "workflows"},
    modify_raw=True,
    target=lambda at: {"arn": at.id},
    replace=frozenset({"name", "regions", "recoveryApproach", "primaryRegion"}),
    reads={"associatedAlarms": "", "workflows": "", "reportConfigurations": "", "triggers": ""},
    autoname="name",
)


def _alarms(props: Props) -> dict[str, Any]:
    """Alarms by their name, which the SDK has as one more property."""
    given = props.get("associatedAlarms", [])
    alarms = {
        alarm["mapBlockKey"]: {k: v for k, v in alarm.items() if k != "mapBlockKey"}
        for alarm in given
    }
    return {"associatedAlarms": alarms} if alarms else {}


def _workflows(props: Props) -> dict[str, Any]:
    return {"workflows": [_workflow(flow) for flow in props.get("workflows", [])]}


def _workflow(flow: Props) -> dict[str, Any]:
    steps = [_step(step) for step in flow.get("steps", [])]
    return {**{k: v for k, v in flow.items() if k != "steps"}, "steps": steps}


BLOCKS = {
    "globalAuroraConfigs": "globalAuroraConfig",
    "customActionLambdaConfigs": "customActionLambdaConfig",
    "executionApprovalConfigs": "executionApprovalConfig",
    "route53HealthCheckConfigs": "route53HealthCheckConfig",
    "regionSwitchPlanConfigs": "regionSwitchPlanConfig",
    "rdsPromoteReadReplicaConfigs": "rdsPromoteReadReplicaConfig",
    "arcRoutingControlConfigs": "arcRoutingControlConfig",
}


def _step(step: Props) -> dict[str, Any]:
    """A step: the SDK has a list of one configuration where the API has a choice of one."""
    made = {key: step[key] for key in ("name", "description", "executionBlockType") if key in step}
    for name, api in BLOCKS.items():
        for block in step.get(name, []):
            made["executionBlockConfiguration"] = {api: _block(block)}
    for block in step.get("parallelConfigs", []):
        inner = [_step(one) for one in block.get("steps", [])]
        made["executionBlockConfiguration"] = {"parallelConfig": {"steps": inner}}
    return made


def _block(block: Props) -> dict[str, Any]:
    made = {key: value for key, value in block.items() if key != "ungracefuls"}
    for one in block.get("ungracefuls", []):
        made["ungraceful"] = one
    return made


KINDS = [STATE_MACHINE, EVENT_RULE, EVENT_TARGET, FUNCTION, PERMISSION, REGION_SWITCH]
