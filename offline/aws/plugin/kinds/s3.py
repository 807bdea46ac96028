"""Buckets and what is said about them, one part each, as in version 7 of the provider."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false
# ruff: noqa: ARG005 - the functions of a row all have the same form

from typing import Any

from tricenter.offline.aws.plugin.cloud import ApiError
from tricenter.offline.aws.plugin.kind import At, Found, Kind, called
from tricenter.offline.aws.plugin.values import Props

GONE = frozenset({"NoSuchBucket", "404", "NoSuchKey"})


def _bucket_request(props: Props) -> dict[str, Any]:
    region = props.get("region")
    made: dict[str, Any] = {}
    if region and region != "us-east-1":
        made["CreateBucketConfiguration"] = {"LocationConstraint": region}
    if props.get("objectLockEnabled"):
        made["ObjectLockEnabledForBucket"] = True
    return made


def _find_bucket(at: At) -> Any:
    at.call("HeadBucket", {"Bucket": at.id})
    try:
        tags = at.call("GetBucketTagging", {"Bucket": at.id})["TagSet"]
    except ApiError as error:
        if error.code != "NoSuchTagSet":
            raise
        tags = []
    return {"Bucket": at.id, "Tags": tags, "ObjectLockEnabled": _locked(at)}


def _locked(at: At) -> bool:
    try:
        found = at.call("GetObjectLockConfiguration", {"Bucket": at.id})
    except ApiError:
        return False
    return found["ObjectLockConfiguration"].get("ObjectLockEnabled") == "Enabled"


def _empty(at: At) -> None:
    client = at.cloud.client("s3", at.region)
    for page in client.get_paginator("list_object_versions").paginate(Bucket=at.id):
        for entry in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]:
            request = {"Bucket": at.id, "Key": entry["Key"], "VersionId": entry["VersionId"]}
            at.call("DeleteObject", request)


def _delete_bucket(at: At) -> None:
    if at.props.get("forceDestroy"):
        _empty(at)
    at.call("DeleteBucket", {"Bucket": at.id})


def _bucket_outputs(at: At, found: Found) -> Props:
    return {
        "arn": f"arn:aws:s3:::{at.id}",
        "bucketDomainName": f"{at.id}.s3.amazonaws.com",
        "bucketRegionalDomainName": f"{at.id}.s3.{at.region}.amazonaws.com",
        "bucketRegion": at.region,
        "objectLockEnabled": found["ObjectLockEnabled"],
    }


BUCKET = Kind(
    sdk_name="s3.Bucket",
    service="s3",
    create="CreateBucket",
    identity="props.bucket",
    find=_find_bucket,
    delete=_delete_bucket,
    gone=GONE,
    names={"bucketPrefix": "", "objectLockEnabled": "", "acl": "ACL"},
    own=frozenset({"forceDestroy"}),
    request=_bucket_request,
    outputs=_bucket_outputs,
    autoname="bucket",
    tagging="s3:bucket",
)


def _part(
    name: str,
    put: str,
    get: str,
    delete: str,
    names: dict[str, str],
    *,
    inside: str = "",
    absent: tuple[str, ...] = (),
    replace: tuple[str, ...] = ("bucket",),
) -> Kind:
    """One part of a bucket's settings: put as a whole, looked at, taken away."""
    inner = {key: api.removeprefix(f"{inside}.") for key, api in names.items()}

    def find(at: At) -> Any:
        found = at.call(get, {"Bucket": at.id})
        told = found.get(inside, found) if inside else found
        return {"Bucket": at.id, **told}

    return Kind(
        sdk_name=f"s3.{name}",
        service="s3",
        create=put,
        identity="props.bucket",
        find=find,
        delete=called(delete, lambda at: {"Bucket": at.id}) if delete else lambda at: None,
        gone=GONE | frozenset(absent),
        names=names,
        modify=put,
        whole=True,
        replace=frozenset(replace),
        reads=inner,
    )


def _versioning() -> Kind:
    names = {"versioningConfiguration": "VersioningConfiguration"}
    kind = _part("BucketVersioning", "PutBucketVersioning", "GetBucketVersioning", "", names)
    return kind.having(
        find=lambda at: {
            "Bucket": at.id,
            "VersioningConfiguration": at.call("GetBucketVersioning", {"Bucket": at.id}),
        },
        delete=_suspend,
    )


def _suspend(at: At) -> None:
    if at.props["versioningConfiguration"].get("status") == "Enabled":
        try:
            state = {"Status": "Suspended"}
            request = {"Bucket": at.id, "VersioningConfiguration": state}
            at.call("PutBucketVersioning", request)
        except ApiError as error:
            # A bucket with object lock keeps its versions until it goes itself.
            if error.code != "InvalidBucketState":
                raise


ENCRYPTION = "ServerSideEncryptionConfiguration"
LIFECYCLE = {
    "rules": "LifecycleConfiguration.Rules",
    "rules.id": "ID",
    "transitionDefaultMinimumObjectSize": "TransitionDefaultMinimumObjectSize",
}
REPLICATION = {
    "role": "ReplicationConfiguration.Role",
    "rules": "ReplicationConfiguration.Rules",
    "rules.id": "ID",
    "rules.destination.encryptionConfiguration.replicaKmsKeyId": "ReplicaKmsKeyID",
    "token": "Token",
}
PUBLIC = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
BLOCK = "PublicAccessBlockConfiguration"

PARTS = [
    _versioning(),
    _part(
        "BucketServerSideEncryptionConfiguration",
        "PutBucketEncryption",
        "GetBucketEncryption",
        "DeleteBucketEncryption",
        {
            "rules": f"{ENCRYPTION}.Rules",
            "rules.applyServerSideEncryptionByDefault.kmsMasterKeyId": "KMSMasterKeyID",
            "rules.applyServerSideEncryptionByDefault.sseAlgorithm": "SSEAlgorithm",
        },
        inside=ENCRYPTION,
        absent=("ServerSideEncryptionConfigurationNotFoundError",),
    ),
    _part(
        "BucketPublicAccessBlock",
        "PutPublicAccessBlock",
        "GetPublicAccessBlock",
        "DeletePublicAccessBlock",
        {name: f"{BLOCK}.{name[0].upper()}{name[1:]}" for name in PUBLIC},
        inside=BLOCK,
        absent=("NoSuchPublicAccessBlockConfiguration",),
    ).having(own=frozenset({"skipDestroy"})),
    _part(
        "BucketObjectLockConfiguration",
        "PutObjectLockConfiguration",
        "GetObjectLockConfiguration",
        "",
        {
            "objectLockEnabled": "ObjectLockConfiguration.ObjectLockEnabled",
            "rule": "ObjectLockConfiguration.Rule",
            "token": "Token",
        },
        inside="ObjectLockConfiguration",
        absent=("ObjectLockConfigurationNotFoundError",),
    ).having(request=lambda props: {"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled"}}),
    _part(
        "BucketLifecycleConfiguration",
        "PutBucketLifecycleConfiguration",
        "GetBucketLifecycleConfiguration",
        "DeleteBucketLifecycle",
        LIFECYCLE,
        inside="LifecycleConfiguration",
        absent=("NoSuchLifecycleConfiguration",),
    ).having(reads={"rules": "Rules", "rules.id": "ID"}),
    _part(
        "BucketPolicy",
        "PutBucketPolicy",
        "GetBucketPolicy",
        "DeleteBucketPolicy",
        {},
        absent=("NoSuchBucketPolicy",),
    ),
    _part(
        "BucketReplicationConfig",
        "PutBucketReplication",
        "GetBucketReplication",
        "DeleteBucketReplication",
        REPLICATION,
        inside="ReplicationConfiguration",
        absent=("ReplicationConfigurationNotFoundError",),
    ),
    _part(
        "BucketOwnershipControls",
        "PutBucketOwnershipControls",
        "GetBucketOwnershipControls",
        "DeleteBucketOwnershipControls",
        {"rule": "OwnershipControls.Rules"},
        inside="OwnershipControls",
        absent=("OwnershipControlsNotFoundError",),
    ).having(reads={"rule": "Rules"}),
]


KINDS = [BUCKET, *PARTS]
