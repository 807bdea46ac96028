"""Tables, with their replicas in other regions."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false
# ruff: noqa: ARG005 - the functions of a row all have the same form

from typing import Any

from tricenter.offline.aws.plugin.kind import At, Found, Kind, described
from tricenter.offline.aws.plugin.values import Props

SETTLED = frozenset(
    {"replicas", "ttl", "pointInTimeRecovery", "serverSideEncryption", "streamEnabled"}
)


def _keys(given: Props) -> list[dict[str, str]]:
    kinds = (("hashKey", "HASH"), ("rangeKey", "RANGE"))
    return [
        {"AttributeName": given[name], "KeyType": kind} for name, kind in kinds if given.get(name)
    ]


def _request(props: Props) -> dict[str, Any]:
    made: dict[str, Any] = {
        "KeySchema": _keys(props),
        "AttributeDefinitions": [
            {"AttributeName": attribute["name"], "AttributeType": attribute["type"]}
            for attribute in props.get("attributes", [])
        ],
    }
    if props.get("billingMode", "PROVISIONED") == "PROVISIONED":
        made["ProvisionedThroughput"] = {
            "ReadCapacityUnits": props.get("readCapacity", 1),
            "WriteCapacityUnits": props.get("writeCapacity", 1),
        }
    streams = props.get("streamEnabled") or bool(props.get("replicas"))
    if streams:
        view = props.get("streamViewType", "NEW_AND_OLD_IMAGES")
        made["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": view}
    encryption = props.get("serverSideEncryption")
    if encryption and encryption.get("enabled"):
        key = {"KMSMasterKeyId": encryption["kmsKeyArn"]} if encryption.get("kmsKeyArn") else {}
        made["SSESpecification"] = {"Enabled": True, "SSEType": "KMS", **key}
    return made


def _settle(at: At, old: Props | None) -> None:
    before, name = old or {}, {"TableName": at.id}
    if at.props.get("ttl") != before.get("ttl"):
        ttl = at.props.get("ttl") or {}
        what = {"Enabled": ttl.get("enabled", True), "AttributeName": ttl.get("attributeName", "")}
        at.call("UpdateTimeToLive", {**name, "TimeToLiveSpecification": what})
    wanted = bool((at.props.get("pointInTimeRecovery") or {}).get("enabled"))
    if wanted != bool((before.get("pointInTimeRecovery") or {}).get("enabled")):
        what = {"PointInTimeRecoveryEnabled": wanted}
        at.call("UpdateContinuousBackups", {**name, "PointInTimeRecoverySpecification": what})
    had = {replica["regionName"] for replica in before.get("replicas", [])}
    wants = {replica["regionName"] for replica in at.props.get("replicas", [])}
    changes = [{"Create": {"RegionName": region}} for region in sorted(wants - had)]
    changes += [{"Delete": {"RegionName": region}} for region in sorted(had - wants)]
    for change in changes:
        at.call("UpdateTable", {**name, "ReplicaUpdates": [change]})


def _delete(at: At) -> None:
    for replica in at.props.get("replicas", []):
        change = [{"Delete": {"RegionName": replica["regionName"]}}]
        at.call("UpdateTable", {"TableName": at.id, "ReplicaUpdates": change})
    at.call("DeleteTable", {"TableName": at.id})


def _find(at: At) -> Any:
    found = described("DescribeTable", lambda at: {"TableName": at.id}, "Table")(at)
    backups = at.call("DescribeContinuousBackups", {"TableName": at.id})
    recovery = backups["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
    return {**found, "Recovery": recovery.get("PointInTimeRecoveryStatus") == "ENABLED"}


def _outputs(at: At, found: Found) -> Props:
    keys = {key["KeyType"]: key["AttributeName"] for key in found["KeySchema"]}
    mode = found.get("BillingModeSummary", {}).get("BillingMode")
    return {
        "arn": found["TableArn"],
        "name": at.id,
        "hashKey": keys.get("HASH"),
        "rangeKey": keys.get("RANGE"),
        "billingMode": mode,
        "streamArn": found.get("LatestStreamArn"),
        "streamLabel": found.get("LatestStreamLabel"),
        "pointInTimeRecovery": {"enabled": found["Recovery"]},
        "attributes": [
            {"name": a["AttributeName"], "type": a["AttributeType"]}
            for a in found["AttributeDefinitions"]
        ],
        "replicas": [
            {"regionName": replica["RegionName"]}
            for replica in found.get("Replicas", [])
            if replica["RegionName"] != at.region
        ]
        or None,
    }


OTHER = (
    "attributes", "hashKey", "rangeKey", "readCapacity", "writeCapacity", "streamViewType",
)  # fmt: skip
TABLE = Kind(
    sdk_name="dynamodb.Table",
    service="dynamodb",
    create="CreateTable",
    identity="props.name",
    find=_find,
    delete=_delete,
    gone=frozenset({"ResourceNotFoundException"}),
    names={"name": "TableName", **dict.fromkeys(OTHER, "")},
    own=SETTLED,
    request=_request,
    modify="UpdateTable",
    target=lambda at: {"TableName": at.id},
    replace=frozenset({"name", "hashKey", "rangeKey", "attributes"}),
    settle=_settle,
    reads={"name": "TableName", **dict.fromkeys((*SETTLED, *OTHER, "billingMode"), "")},
    outputs=_outputs,
    autoname="name",
    tagged=lambda at, found: at.arn(f"table/{at.id}"),
)

KINDS = [TABLE]
