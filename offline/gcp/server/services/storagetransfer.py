"""Storage Transfer: jobs that copy between buckets and clouds; the emulated cloud runs none."""

from tricenter.offline.gcp.server.call import Call, Handler, Kind, project_number
from tricenter.offline.gcp.server.fields import masked, value
from tricenter.offline.gcp.server.refusal import Json, Refused, exists, invalid
from tricenter.offline.gcp.server.resources import require_fields

HOST = "storagetransfer.googleapis.com"
DOCUMENT = "storagetransfer"
SINKS = ("transferSpec.gcsDataSink.bucketName", "transferSpec.gcsDataSource.bucketName")


def _check(call: Call, body: Json) -> None:
    require_fields(body, ("projectId", "transferSpec"))
    for field in SINKS:
        name = value(body, field)
        if name and call.store.find("storage", f"b/{name}") is None:
            raise Refused(404, f"The bucket {name} does not exist.")
    if body.get("schedule") and body.get("eventStream"):
        raise invalid("A transfer job has a schedule or an eventStream, not both.")


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
    number = project_number(call.params["projectId"])
    return {
        "accountEmail": f"project-{number}@storage-transfer-service.iam.gserviceaccount.com",
        "subjectId": number,
    }


KINDS: dict[str, Kind] = {}
HANDLERS: dict[str, Handler] = {
    "storagetransfer.transferJobs.create": _create,
    "storagetransfer.transferJobs.get": _get,
    "storagetransfer.transferJobs.patch": _patch,
    "storagetransfer.googleServiceAccounts.get": _account,
}
