"""Secrets, their copies in other regions and their values."""

# ruff: noqa: ARG001 - the functions of a row all have the same form

from typing import Any

from tricenter.offline.aws.plugin.cloud import ApiError
from tricenter.offline.aws.plugin.kind import At, Found, Kind
from tricenter.offline.aws.plugin.values import Props

GONE = frozenset({"ResourceNotFoundException"})


def _find_secret(at: At) -> Any:
    found = at.call("DescribeSecret", {"SecretId": at.id})
    return None if found.get("DeletedDate") else found


def _replicas(props: Props) -> dict[str, Any]:
    given = props.get("replicas", [])
    keys = {"region": "Region", "kmsKeyId": "KmsKeyId"}
    copies = [{api: r[name] for name, api in keys.items() if r.get(name)} for r in given]
    return {"AddReplicaRegions": copies} if copies else {}


def _settle(at: At, old: Props | None) -> None:
    if at.props.get("policy") and at.props.get("policy") != (old or {}).get("policy"):
        request = {"SecretId": at.id, "ResourcePolicy": at.props["policy"]}
        at.call("PutResourcePolicy", request)
    if old is None:
        return
    before = {r["region"] for r in old.get("replicas", [])}
    wanted = {r["region"] for r in at.props.get("replicas", [])}
    if wanted - before:
        added = [r for r in at.props["replicas"] if r["region"] in wanted - before]
        copies = _replicas({"replicas": added})
        at.call("ReplicateSecretToRegions", {"SecretId": at.id, **copies})
    if before - wanted:
        request = {"SecretId": at.id, "RemoveReplicaRegions": sorted(before - wanted)}
        at.call("RemoveRegionsFromReplication", request)


def _delete(at: At) -> None:
    copies = [r["region"] for r in at.props.get("replicas", [])]
    if copies:
        request = {"SecretId": at.id, "RemoveReplicaRegions": copies}
        at.call("RemoveRegionsFromReplication", request)
    days = at.props.get("recoveryWindowInDays", 30)
    how = {"RecoveryWindowInDays": days} if days else {"ForceDeleteWithoutRecovery": True}
    at.call("DeleteSecret", {"SecretId": at.id, **how})


SECRET = Kind(
    sdk_name="secretsmanager.Secret",
    service="secretsmanager",
    create="CreateSecret",
    identity="answer.ARN",
    find=_find_secret,
    delete=_delete,
    gone=GONE,
    names={"namePrefix": "", "forceOverwriteReplicaSecret": "ForceOverwriteReplicaSecret"},
    own=frozenset({"replicas", "recoveryWindowInDays", "policy"}),
    request=_replicas,
    modify="UpdateSecret",
    target=lambda at: {"SecretId": at.id},
    replace=frozenset({"name"}),
    settle=_settle,
    reads={"replicas": "", "policy": ""},
    outputs=lambda at, found: {
        "arn": at.id,
        "replicas": [
            {"region": r["Region"], "status": r.get("Status"), "kmsKeyId": r.get("KmsKeyId")}
            for r in found.get("ReplicationStatus", [])
        ]
        or None,
    },
    autoname="name",
    computed=frozenset({"policy"}),
)


def _value(props: Props) -> dict[str, Any]:
    given = props.get("secretStringWo", props.get("secretString"))
    return {} if given is None else {"SecretString": given}


def _find_version(at: At) -> Any:
    secret, _, version = at.id.rpartition("|")
    found = at.call("GetSecretValue", {"SecretId": secret, "VersionId": version})
    if at.props.get("secretStringWo") is not None or at.props.get("secretString") is None:
        found.pop("SecretString", None)
    return found


def _delete_version(at: At) -> None:
    secret, _, version = at.id.rpartition("|")
    stages = at.call("DescribeSecret", {"SecretId": secret})["VersionIdsToStages"]
    for stage in stages.get(version, []):
        # The current version cannot lose its stage; it goes with its secret.
        if stage == "AWSCURRENT":
            continue
        request = {"SecretId": secret, "VersionStage": stage, "RemoveFromVersionId": version}
        try:
            at.call("UpdateSecretVersionStage", request)
        except ApiError as error:
            if error.code not in GONE:
                raise


def _version_outputs(at: At, found: Found) -> Props:
    return {"arn": found["ARN"], "secretId": found["ARN"], "versionId": found["VersionId"]}


VERSION = Kind(
    sdk_name="secretsmanager.SecretVersion",
    service="secretsmanager",
    create="PutSecretValue",
    identity="join('|', [answer.ARN, answer.VersionId])",
    find=_find_version,
    delete=_delete_version,
    gone=GONE,
    names={"secretStringWo": "", "secretStringWoVersion": ""},
    request=_value,
    reads={"secretId": ""},
    outputs=_version_outputs,
    check=lambda props: (
        {}
        if sum(name in props for name in ("secretString", "secretStringWo", "secretBinary")) == 1
        else {"secretId": "one of secretString, secretStringWo and secretBinary is needed"}
    ),
)

KINDS = [SECRET, VERSION]
