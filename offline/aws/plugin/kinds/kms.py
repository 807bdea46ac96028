"""Keys, their replicas in other regions, and their aliases."""

# ruff: noqa: ARG001, ARG005 - the functions of a row all have the same form

from typing import Any

from tricenter.offline.aws.plugin.kind import At, Found, Kind, called, described
from tricenter.offline.aws.plugin.values import Props


def _find_key(at: At) -> Any:
    found = described("DescribeKey", lambda at: {"KeyId": at.id}, "KeyMetadata")(at)
    if found["KeyState"] in {"PendingDeletion", "PendingReplicaDeletion"}:
        return None
    policy = at.call("GetKeyPolicy", {"KeyId": at.id, "PolicyName": "default"})["Policy"]
    rotation = at.call("GetKeyRotationStatus", {"KeyId": at.id})
    return {**found, "Policy": policy, "Rotation": rotation}


def _settle_key(at: At, old: Props | None) -> None:
    before, key = old or {}, {"KeyId": at.id}
    if at.props.get("enableKeyRotation") and not before.get("enableKeyRotation"):
        days = at.props.get("rotationPeriodInDays")
        at.call("EnableKeyRotation", {**key, **({"RotationPeriodInDays": days} if days else {})})
    if before.get("enableKeyRotation") and not at.props.get("enableKeyRotation"):
        at.call("DisableKeyRotation", key)
    if at.props.get("isEnabled", True) != before.get("isEnabled", True):
        at.call("EnableKey" if at.props.get("isEnabled", True) else "DisableKey", key)
    if old is not None and at.props.get("policy") != before.get("policy"):
        at.call("PutKeyPolicy", {**key, "PolicyName": "default", "Policy": at.props["policy"]})
    if old is not None and at.props.get("description") != before.get("description"):
        description = at.props.get("description", "")
        at.call("UpdateKeyDescription", {**key, "Description": description})


def _delete_key(at: At) -> None:
    days = at.props.get("deletionWindowInDays", 30)
    at.call("ScheduleKeyDeletion", {"KeyId": at.id, "PendingWindowInDays": days})


def _key_outputs(at: At, found: Found) -> Props:
    rotation = found["Rotation"]
    return {
        "keyId": found["KeyId"],
        "isEnabled": found["Enabled"],
        "enableKeyRotation": rotation.get("KeyRotationEnabled"),
        "rotationPeriodInDays": rotation.get("RotationPeriodInDays"),
        "keyRotationEnabled": rotation.get("KeyRotationEnabled"),
    }


GONE = frozenset({"NotFoundException", "KMSInvalidStateException"})
CHANGED = frozenset({"enableKeyRotation", "isEnabled", "deletionWindowInDays"})
KEY = Kind(
    sdk_name="kms.Key",
    service="kms",
    create="CreateKey",
    identity="answer.KeyMetadata.KeyId",
    find=_find_key,
    delete=_delete_key,
    gone=GONE,
    own=CHANGED | {"rotationPeriodInDays"},
    names={"customerMasterKeySpec": "KeySpec"},
    modify="UpdateKeyDescription",
    modify_names={"policy": "KeyId", "rotationPeriodInDays": "KeyId"},
    modify_by_settling=True,
    settle=_settle_key,
    reads={"customerMasterKeySpec": "KeySpec"},
    outputs=_key_outputs,
    check=lambda props: (
        {"deletionWindowInDays": "is between 7 and 30 days"}
        if not 7 <= int(props.get("deletionWindowInDays", 30)) <= 30
        else {}
    ),
    computed=frozenset({"policy"}),
)


def _primary(props: Props) -> dict[str, Any]:
    arn = props.get("primaryKeyArn")
    return {"KeyId": arn.rpartition("/")[2] if isinstance(arn, str) else arn}


def _replica_state(at: At, old: Props | None) -> None:
    wanted = at.props.get("enabled", True)
    if wanted != (old or {}).get("enabled", True):
        at.call("EnableKey" if wanted else "DisableKey", {"KeyId": at.id})


REPLICA = Kind(
    sdk_name="kms.ReplicaKey",
    service="kms",
    create="ReplicateKey",
    create_region=lambda props: str(props["primaryKeyArn"]).split(":")[3],
    identity="answer.ReplicaKeyMetadata.KeyId",
    find=_find_key,
    delete=_delete_key,
    gone=GONE,
    names={"primaryKeyArn": ""},
    request=lambda props: {**_primary(props), "ReplicaRegion": props.get("region")},
    own=frozenset({"deletionWindowInDays", "enabled"}),
    modify="UpdateKeyDescription",
    target=lambda at: {"KeyId": at.id},
    settle=_replica_state,
    outputs=lambda at, found: {
        "keyId": found["KeyId"],
        "keySpec": found.get("KeySpec"),
        "enabled": found.get("Enabled"),
        "keyRotationEnabled": found["Rotation"].get("KeyRotationEnabled"),
    },
    computed=frozenset({"policy"}),
)


def _find_alias(at: At) -> Any:
    pages = at.cloud.client("kms", at.region).get_paginator("list_aliases").paginate()
    return next(
        (alias for page in pages for alias in page["Aliases"] if alias["AliasName"] == at.id), None
    )


ALIAS = Kind(
    sdk_name="kms.Alias",
    service="kms",
    create="CreateAlias",
    identity="props.name",
    find=_find_alias,
    delete=called("DeleteAlias", lambda at: {"AliasName": at.id}),
    gone=GONE,
    names={"name": "AliasName", "namePrefix": ""},
    modify="UpdateAlias",
    target=lambda at: {"AliasName": at.id},
    replace=frozenset({"name"}),
    reads={"name": "AliasName", "arn": "AliasArn"},
    outputs=lambda at, found: {"targetKeyArn": at.arn(f"key/{found['TargetKeyId']}")},
    autoname="name",
)

KINDS = [KEY, REPLICA, ALIAS]
