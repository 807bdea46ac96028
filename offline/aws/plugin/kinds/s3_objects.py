"""Objects in buckets."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false
# ruff: noqa: ARG001, ARG005 - the functions of a row all have the same form

import base64
from pathlib import Path
from typing import Any

from tricenter.offline.aws.plugin.kind import At, Found, Kind
from tricenter.offline.aws.plugin.kinds.functions import zipped
from tricenter.offline.aws.plugin.kinds.s3 import GONE
from tricenter.offline.aws.plugin.values import Props


def _content(props: Props) -> dict[str, Any]:
    if "contentBase64" in props:
        return {"Body": base64.b64decode(props["contentBase64"])}
    if "content" in props:
        return {"Body": str(props["content"]).encode()}
    source = props.get("source")
    if isinstance(source, dict) and "assets" in source:
        return {"Body": zipped(source)}
    path = source.get("path") if isinstance(source, dict) else None
    return {"Body": Path(str(path)).read_bytes() if path else b""}


def _object(at: At) -> Any:
    where = {"Bucket": at.props["bucket"], "Key": at.props["key"]}
    found = at.call("HeadObject", where)
    return {**found, **where}


def _object_outputs(at: At, found: Found) -> Props:
    return {
        "arn": f"arn:aws:s3:::{found['Bucket']}/{found['Key']}",
        "etag": str(found["ETag"]).strip('"'),
        "versionId": found.get("VersionId"),
    }


def _delete_object(at: At) -> None:
    where = {"Bucket": at.props["bucket"], "Key": at.props["key"]}
    client = at.cloud.client("s3", at.region)
    pages = client.get_paginator("list_object_versions").paginate(
        Bucket=where["Bucket"], Prefix=where["Key"]
    )
    entries = [
        entry
        for page in pages
        for entry in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        if entry["Key"] == where["Key"]
    ]
    for entry in entries:
        at.call("DeleteObject", {**where, "VersionId": entry["VersionId"]})


def _object_kind(name: str) -> Kind:
    return Kind(
        sdk_name=f"s3.{name}",
        service="s3",
        create="PutObject",
        identity="",
        identify_with=lambda props: f"{props['bucket']}/{props['key']}",
        find=_object,
        delete=_delete_object,
        gone=GONE,
        names={
            "kmsKeyId": "SSEKMSKeyId",
            "acl": "ACL",
            "content": "",
            "contentBase64": "",
            "source": "",
        },
        own=frozenset({"forceDestroy", "sourceHash", "etag"}),
        request=_content,
        modify="PutObject",
        modify_names={"content": "Body", "contentBase64": "Body", "source": "Body"},
        whole=True,
        replace=frozenset({"bucket", "key"}),
        reads={
            "content": "",
            "contentBase64": "",
            "source": "",
            "etag": "",
            "kmsKeyId": "SSEKMSKeyId",
        },
        outputs=_object_outputs,
        tagging="s3:object",
        tagged=lambda at, found: at.id,
        computed=frozenset({"etag"}),
    )


KINDS = [_object_kind("BucketObject"), _object_kind("BucketObjectv2")]
