"""Workflows: definitions only; the emulated cloud executes none."""

from tricenter.offline.gcp.server import links
from tricenter.offline.gcp.server.call import Call, Handler, Kind, digest
from tricenter.offline.gcp.server.refusal import Json, invalid, precondition

HOST = "workflows.googleapis.com"
DOCUMENT = "workflows"
# From the document's text: sourceContents below 128 KB, at most 20 variables.
LONGEST, MOST = 128 * 1024, 20


def _check(call: Call, body: Json) -> None:
    source = body.get("sourceContents", "")
    if not source or len(source.encode()) >= LONGEST:
        raise invalid("sourceContents is required and must be smaller than 128 KB.")
    if len(body.get("userEnvVars", {})) > MOST:
        raise invalid("At most 20 user environment variables are allowed.")
    email = body.get("serviceAccount", "").rpartition("/")[2]
    if "@" in email:
        project = email.partition("@")[2].partition(".")[0]
        links.target(call, f"projects/{project}/serviceAccounts/{email}", "iam")
        body["serviceAccount"] = f"projects/{project}/serviceAccounts/{email}"


def _made(call: Call, path: str, body: Json) -> None:
    _check(call, body)
    body["revisionId"] = f"000001-{digest(path)[:3]}"
    body["revisionCreateTime"] = call.now


def _changed(call: Call, before: Json, after: Json) -> None:
    _check(call, after)
    fields = ("sourceContents", "serviceAccount", "userEnvVars")
    if any(before.get(name) != after.get(name) for name in fields):
        number = int(before["revisionId"].partition("-")[0]) + 1
        after["revisionId"] = f"{number:06}-{digest(call.path, number)[:3]}"
        after["revisionCreateTime"] = call.now


def _removed(call: Call, path: str, body: Json) -> None:
    del call
    if body.get("deletionProtection"):
        raise precondition(f"{path} is protected against deletion")


KINDS: dict[str, Kind] = {
    "workflows": Kind(
        defaults={"callLogLevel": "CALL_LOG_LEVEL_UNSPECIFIED"},
        made=_made,
        changed=_changed,
        removed=_removed,
    )
}
HANDLERS: dict[str, Handler] = {}
