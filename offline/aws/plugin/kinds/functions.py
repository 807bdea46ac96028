"""Functions of Lambda, and who may call them."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false
# ruff: noqa: ARG005 - the functions of a row all have the same form

import io
import zipfile
from pathlib import Path
from typing import Any

from tricenter.offline.aws.plugin.kind import At, Found, Kind, called
from tricenter.offline.aws.plugin.values import Props


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
        # What Lambda does not say it does not keep: that is a difference from what was asked for.
        "kmsKeyArn": found.get("KMSKeyArn") or "",
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
        "kmsKeyArn": "",
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

KINDS = [FUNCTION, PERMISSION]
