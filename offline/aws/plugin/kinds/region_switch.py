"""Plans of ARC Region switch."""

from typing import Any

from tricenter.offline.aws.plugin.kind import At, Kind, called, described
from tricenter.offline.aws.plugin.values import Props


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


KINDS = [REGION_SWITCH]
