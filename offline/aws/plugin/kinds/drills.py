"""What drills and operations use: experiments of FIS, documents and parameters of SSM."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false
# ruff: noqa: ARG005 - the functions of a row all have the same form

import hashlib
import json
from typing import Any

from tricenter.offline.aws.plugin.kind import At, Kind, called, described
from tricenter.offline.aws.plugin.values import Props


def _pairs(entries: list[Props]) -> dict[str, Any]:
    return {entry["key"]: entry["value"] for entry in entries}


def _action(given: Props) -> dict[str, Any]:
    names = {"actionId": "actionId", "description": "description", "startAfters": "startAfter"}
    made = {api: given[name] for name, api in names.items() if given.get(name)}
    if given.get("parameters"):
        made["parameters"] = _pairs(given["parameters"])
    if given.get("target"):
        made["targets"] = _pairs([given["target"]])
    return made


def _aim(given: Props) -> dict[str, Any]:
    names = ("resourceType", "selectionMode", "resourceArns", "filters", "parameters")
    made = {name: given[name] for name in names if given.get(name)}
    if given.get("resourceTags"):
        made["resourceTags"] = _pairs(given["resourceTags"])
    return made


def _template(props: Props) -> dict[str, Any]:
    made = {"actions": {action["name"]: _action(action) for action in props.get("actions", [])}}
    targets = {target["name"]: _aim(target) for target in props.get("targets", [])}
    # The same token twice would give the first template again.
    token = hashlib.sha256(json.dumps(props, sort_keys=True, default=str).encode()).hexdigest()
    return {**made, **({"targets": targets} if targets else {}), "clientToken": token}


EXPERIMENT = Kind(
    sdk_name="fis.ExperimentTemplate",
    service="fis",
    create="CreateExperimentTemplate",
    identity="answer.experimentTemplate.id",
    find=described("GetExperimentTemplate", lambda at: {"id": at.id}, "experimentTemplate"),
    delete=called("DeleteExperimentTemplate", lambda at: {"id": at.id}),
    gone=frozenset({"ResourceNotFoundException"}),
    names={
        "actions": "",
        "targets": "",
        "logConfiguration.cloudwatchLogsConfiguration": "cloudWatchLogsConfiguration",
    },
    request=_template,
    reads={"actions": "", "targets": "", "logConfiguration": "", "stopConditions": ""},
    tagged=lambda at, found: at.arn(f"experiment-template/{at.id}"),
)


def _content(at: At, old: Props | None) -> None:
    if old is None or old.get("content") == at.props.get("content"):
        return
    version = {
        "DocumentVersion": "$LATEST",
        "DocumentFormat": at.props.get("documentFormat", "JSON"),
    }
    answer = at.call("UpdateDocument", {"Name": at.id, "Content": at.props["content"], **version})[
        "DocumentDescription"
    ]
    request = {"Name": at.id, "DocumentVersion": answer["DocumentVersion"]}
    at.call("UpdateDocumentDefaultVersion", request)


def _document(at: At) -> Any:
    found = at.call("DescribeDocument", {"Name": at.id})["Document"]
    content = at.call("GetDocument", {"Name": at.id, "DocumentFormat": found["DocumentFormat"]})
    return {**found, "Content": content["Content"]}


DOCUMENT = Kind(
    sdk_name="ssm.Document",
    service="ssm",
    create="CreateDocument",
    identity="props.name",
    find=_document,
    delete=called("DeleteDocument", lambda at: {"Name": at.id}),
    gone=frozenset({"InvalidDocument"}),
    own=frozenset({"content"}),
    request=lambda props: {"Content": props.get("content")},
    settle=_content,
    replace=frozenset({"name", "documentType"}),
    reads={"parameters": "", "permissions": "", "createdDate": "CreatedDate"},
    outputs=lambda at, found: {"arn": at.arn(f"document/{at.id}")},
    autoname="name",
    tagging="ssm:document",
)


def _value(props: Props) -> dict[str, Any]:
    names = ("valueWo", "value", "insecureValue")
    return {"Value": next((props[name] for name in names if name in props), None)}


def _find_parameter(at: At) -> Any:
    wanted = {"Name": at.id, "WithDecryption": True}
    found = at.call("GetParameter", wanted)["Parameter"]
    filters = [{"Key": "Name", "Values": [at.id]}]
    rest = at.call("DescribeParameters", {"ParameterFilters": filters})["Parameters"]
    # A value that the state must not hold is not read into it either.
    if "value" not in at.props:
        found.pop("Value", None)
    return {**(rest[0] if rest else {}), **found}


PARAMETER = Kind(
    sdk_name="ssm.Parameter",
    service="ssm",
    create="PutParameter",
    identity="props.name",
    find=_find_parameter,
    delete=called("DeleteParameter", lambda at: {"Name": at.id}),
    gone=frozenset({"ParameterNotFound"}),
    names={"valueWo": "", "valueWoVersion": "", "insecureValue": "", "arn": ""},
    request=_value,
    modify="PutParameter",
    whole=True,
    modify_names={"valueWoVersion": "Value", "insecureValue": "Value", "tags": ""},
    modify_raw=True,
    target=lambda at: {"Overwrite": True},
    replace=frozenset({"name"}),
    reads={"keyId": "KeyId", "insecureValue": ""},
    autoname="name",
    tagging="ssm:parameter",
    computed=frozenset({"arn"}),
)

KINDS = [EXPERIMENT, DOCUMENT, PARAMETER]
