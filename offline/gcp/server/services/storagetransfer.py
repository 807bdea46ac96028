"""Storage Transfer: jobs that copy between buckets and clouds; the emulated cloud runs none."""

from tricenter.offline.gcp.server.call import Call, Handler, Kind, project_number
from tricenter.offline.gcp.server.fields import masked, value
from tricenter.offline.gcp.server.refusal import Json, Refused, exists, invalid
from tricenter.offline.gcp.server.resources import require_fields

HOST = "storagetransfer.googleapis.com"
DOCUMENT = "storagetransfer"
NEEDED = {"buckets.get", "objects.create", "objects.list"}
GIVES: dict[str, set[str]] = {
    "roles/storage.admin": NEEDED,
    "roles/storage.legacyBucketReader": {"buckets.get", "objects.list"},
    "roles/storage.legacyBucketWriter": NEEDED,
    "roles/storage.objectAdmin": {"objects.create", "objects.list"},
    "roles/storage.objectCreator": {"objects.create"},
    "roles/storage.objectViewer": {"objects.list"},
}
"""What the identity needs of a bucket that it fills, and which roles give what of it. Checked
2026-11-30: https://docs.cloud.google.com/storage-transfer/docs/sink-cloud-storage,
https://docs.cloud.google.com/storage/docs/access-control/iam-roles"""
SINKS = ("transferSpec.gcsDataSink.bucketName", "transferSpec.gcsDataSource.bucketName")


def _check(call: Call, body: Json) -> None:
    require_fields(body, ("projectId", "transferSpec"))
    for field in SINKS:
        name = value(body, field)
        if name and call.store.find("storage", f"b/{name}") is None:
            raise Refused(404, f"The bucket {name} does not exist.")
    sink = value(body, SINKS[0])
    if sink and not _may_write(call, sink, body["projectId"]):
        raise Refused(
            403,
            f"Failed to obtain the location of the GCS bucket {sink}. Additional details: "
            f"{_agent(body['projectId'])} does not have storage.buckets.get access to the Google "
            "Cloud Storage bucket.",
            status="PERMISSION_DENIED",
        )
    if body.get("schedule") and body.get("eventStream"):
        raise invalid("A transfer job has a schedule or an eventStream, not both.")


def _agent(project: str) -> str:
    return f"project-{project_number(project)}@storage-transfer-service.iam.gserviceaccount.com"


def _may_write(call: Call, bucket: str, project: str) -> bool:
    """Whether the roles that Google's transfer identity has on a bucket have all that it needs."""
    policy = call.store.find("storage", f"policies/b/{bucket}") or {}
    member = f"serviceAccount:{_agent(project)}"
    held = [one["role"] for one in policy.get("bindings", ()) if member in one["members"]]
    return set().union(*(GIVES.get(role, set[str]()) for role in held)) >= NEEDED


def _create(call: Call) -> Json:
    body = dict(call.body)
    _check(call, body)
    number = call.store.number("transferJob", 1_000_000_000_000_000_001)
    body.setdefault("name", f"transferJobs/{number}")
    if not body["name"].startswith("transferJobs/"):
        raise invalid(f"Invalid job name {body['name']}: it must start with 'transferJobs/'.")
    if call.find(body["name"]):
        raise exists(body["name"])
    body.setdefault("status", "ENABLED")
    body |= {"creationTime": call.now, "lastModificationTime": call.now}
    call.put(body["name"], body)
    return body


def _get(call: Call) -> Json:
    body = call.get(call.path)
    if body["status"] == "DELETED":
        raise Refused(404, f"The transfer job {call.path} was deleted.")
    return body


def _patch(call: Call) -> Json:
    before = call.get(call.path)
    sent: Json = call.body.get("transferJob", {})
    mask = call.body.get("updateTransferJobFieldMask") or ",".join(sent)
    after = masked(before, sent, mask) | {"lastModificationTime": call.now}
    if after["status"] == "DELETED":
        after["deletionTime"] = call.now
    else:
        _check(call, after)
    call.put(call.path, after)
    return after


def _account(call: Call) -> Json:
    email = _agent(call.params["projectId"])
    # The first question makes it.
    account: Json = {"email": email, "name": f"projects/-/serviceAccounts/{email}"}
    project = email.partition("@")[2].partition(".")[0]
    call.store.put("iam", f"projects/{project}/serviceAccounts/{email}", account)
    return {"accountEmail": email, "subjectId": project_number(call.params["projectId"])}


KINDS: dict[str, Kind] = {}
HANDLERS: dict[str, Handler] = {
    "storagetransfer.transferJobs.create": _create,
    "storagetransfer.transferJobs.get": _get,
    "storagetransfer.transferJobs.patch": _patch,
    "storagetransfer.googleServiceAccounts.get": _account,
}
