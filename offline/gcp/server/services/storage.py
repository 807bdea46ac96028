"""Cloud Storage: buckets, objects, retention that can be locked."""

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta
from email import message_from_bytes

from tricenter.offline.gcp.server.call import Call, Handler, Kind, project_number
from tricenter.offline.gcp.server.fields import merged, without_empty_lists
from tricenter.offline.gcp.server.places import REGIONS
from tricenter.offline.gcp.server.refusal import Json, Refused, invalid
from tricenter.offline.gcp.server.resources import fingerprint

HOST = "storage.googleapis.com"
DOCUMENT = "storage"
# https://cloud.google.com/storage/docs/locations, checked 2026-11-24.
MULTI, DUAL = {"US", "EU", "ASIA"}, {"NAM4", "EUR4", "EUR5", "EUR7", "EUR8", "ASIA1"}
DEFAULTS: Json = {
    "storageClass": "STANDARD",
    "iamConfiguration": {
        "bucketPolicyOnly": {"enabled": False},
        "uniformBucketLevelAccess": {"enabled": False},
        "publicAccessPrevention": "inherited",
    },
    "softDeletePolicy": {"retentionDurationSeconds": "604800"},
}


def _bucket(call: Call) -> Json:
    name = call.params["bucket"]
    found = call.find(f"b/{name}")
    if found is None:
        raise Refused(404, "The specified bucket does not exist.")
    return found


def _location(body: Json) -> str:
    place = body.get("location", "US").upper()
    body["location"] = place
    if places := body.get("customPlacementConfig", {}).get("dataLocations"):
        if len(places) != 2 or any(one.lower() not in REGIONS for one in places):
            raise invalid("customPlacementConfig names two regions.")
        return "dual-region"
    if place in MULTI:
        return "multi-region"
    if place in DUAL:
        return "dual-region"
    if place.lower() not in REGIONS:
        raise invalid(f"The specified location constraint is not valid: {place}")
    return "region"


def _check(call: Call, body: Json) -> None:
    body["locationType"] = _location(body)
    if body.get("retentionPolicy") and body.get("versioning", {}).get("enabled"):
        # As users report it; no page of Google's says otherwise (checked 2026-11-30):
        # https://github.com/terraform-google-modules/terraform-example-foundation/issues/898
        raise invalid("Object versioning cannot be enabled on a bucket with a retention policy.")
    if body.get("rpo") == "ASYNC_TURBO" and body["locationType"] != "dual-region":
        raise invalid("rpo ASYNC_TURBO needs a dual-region bucket.")
    if body["locationType"] != "region":
        body.setdefault("rpo", "DEFAULT")
    key = body.get("encryption", {}).get("defaultKmsKeyName")
    if key and call.store.find("cloudkms", key) is None:
        raise Refused(400, f"The Cloud KMS key {key} does not exist.")
    uniform = body["iamConfiguration"]["uniformBucketLevelAccess"]
    body["iamConfiguration"]["bucketPolicyOnly"] = dict(uniform)


def _insert(call: Call) -> Json:
    name = call.body.get("name", "")
    if not name:
        raise invalid("Required field 'bucket.name' not specified", reason="required")
    if call.find(f"b/{name}"):
        raise Refused(409, "Your previous request to create the named bucket succeeded.")
    body = merged(DEFAULTS, call.body)
    _check(call, body)
    body |= {
        "kind": "storage#bucket",
        "id": name,
        "selfLink": f"{call.base}/b/{name}",
        "projectNumber": project_number(call.query["project"]),
        "timeCreated": call.now,
        "generation": "1",
        "metageneration": "0",
    }
    if "retentionPolicy" in body:
        body["retentionPolicy"].setdefault("effectiveTime", call.now)
    return _keep(call, body)


def _keep(call: Call, body: Json) -> Json:
    after: Json = without_empty_lists(body) | {
        "metageneration": str(int(body["metageneration"]) + 1),
        "updated": call.now,
        "etag": fingerprint(call.store.number("stamp", 1)),
    }
    call.put(f"b/{body['name']}", after)
    return after


def _list(call: Call) -> Json:
    number = project_number(call.query["project"])
    found = call.store.children(DOCUMENT, "b").values()
    items = [one for one in found if one.get("projectNumber") == number]
    return {"kind": "storage#buckets", "items": items}


def _patch(call: Call) -> Json:
    before = _bucket(call)
    after = merged(before, call.body)
    old, new = before.get("retentionPolicy", {}), after.get("retentionPolicy", {})
    if old.get("isLocked") and int(new.get("retentionPeriod", 0)) < int(old["retentionPeriod"]):
        raise Refused(403, "Cannot reduce the retention period of a locked retention policy.")
    if new:
        new.setdefault("effectiveTime", call.now)
    if before["location"] != after["location"].upper():
        raise invalid("The location of a bucket cannot be changed.")
    _check(call, after)
    return _keep(call, after)


def _lock(call: Call) -> Json:
    body = _bucket(call)
    if call.query.get("ifMetagenerationMatch") != body["metageneration"]:
        raise Refused(412, "At least one of the pre-conditions you specified did not hold.")
    if "retentionPolicy" not in body:
        raise invalid("The bucket has no retention policy to lock.")
    body["retentionPolicy"]["isLocked"] = True
    return _keep(call, body)


def _delete(call: Call) -> Json:
    body = _bucket(call)
    if call.store.below(DOCUMENT, f"b/{body['name']}/o/"):
        raise Refused(409, "The bucket you tried to delete is not empty.", reason="conflict")
    call.drop(f"b/{body['name']}")
    call.drop(f"policies/b/{body['name']}")
    return {}


def _object(call: Call) -> tuple[str, Json]:
    path = f"b/{call.params['bucket']}/o/{call.params['object']}"
    found = call.find(path)
    if found is None:
        raise Refused(404, f"No such object: {call.params['bucket']}/{call.params['object']}")
    return path, found


def _upload(call: Call) -> Json:
    """One request with the content, or with its description and the content."""
    bucket = _bucket(call)
    described, data = _parts(call)
    name = call.query.get("name") or described.get("name", "")
    if not name:
        raise invalid("Required parameter: name", reason="required")
    number = call.store.number("generation", 1_700_000_000_000_000)
    path = f"b/{bucket['name']}/o/{name}"
    _retained(call, bucket, call.find(path))
    body: Json = {"contentType": "application/octet-stream", "storageClass": bucket["storageClass"]}
    body |= described
    body |= {
        "kind": "storage#object",
        "id": f"{bucket['name']}/{name}/{number}",
        "name": name,
        "bucket": bucket["name"],
        "generation": str(number),
        "metageneration": "1",
        "size": str(len(data)),
        "md5Hash": base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode(),
        "timeCreated": call.now,
        "updated": call.now,
        "selfLink": f"{call.base}/b/{bucket['name']}/o/{name}",
        "mediaLink": f"{call.base}/b/{bucket['name']}/o/{name}?alt=media",
    }
    call.put(path, body | {"content": base64.b64encode(data).decode()})
    return body


def _parts(call: Call) -> tuple[Json, bytes]:
    kind = call.body.get("type", "")
    if not kind.startswith("multipart/"):
        return ({"contentType": kind} if kind else {}), call.media
    whole = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + call.media)
    first, second = whole.get_payload()  # pyright: ignore[reportGeneralTypeIssues, reportAssignmentType]
    described: Json = json.loads(first.get_payload(decode=True))  # pyright: ignore
    data: bytes = second.get_payload(decode=True)  # pyright: ignore
    described.setdefault("contentType", second.get_content_type())  # pyright: ignore
    return described, data


def _shown(body: Json) -> Json:
    return {name: item for name, item in body.items() if name != "content"}


def _get_object(call: Call) -> Json:
    return _shown(_object(call)[1])


def _list_objects(call: Call) -> Json:
    bucket = _bucket(call)
    start = f"b/{bucket['name']}/o/{call.query.get('prefix', '')}"
    items = [_shown(body) for body in call.store.below(DOCUMENT, start).values()]
    return {"kind": "storage#objects", "items": items}


def _delete_object(call: Call) -> Json:
    path, body = _object(call)
    _retained(call, _bucket(call), body)
    call.drop(path)
    return {}


def _retained(call: Call, bucket: Json, body: Json | None) -> None:
    """Nothing under a retention policy is deleted or overwritten before its time."""
    period = int(bucket.get("retentionPolicy", {}).get("retentionPeriod", 0))
    if not body or not period:
        return
    until = datetime.fromisoformat(body["timeCreated"]) + timedelta(seconds=period)
    if datetime.now(UTC) < until:
        raise Refused(
            403,
            f"Object '{bucket['name']}/{body['name']}' is subject to bucket's retention policy and"
            f" cannot be deleted or overwritten until {until.isoformat()}",
            reason="retentionPolicyNotMet",
        )
    del call


def _agent(call: Call) -> Json:
    """The account by which the service itself uses keys and topics of a project."""
    project = call.params["projectId"]
    email = f"service-{project_number(project)}@gs-project-accounts.iam.gserviceaccount.com"
    return {"kind": "storage#serviceAccount", "email_address": email}


KINDS: dict[str, Kind] = {}
HANDLERS: dict[str, Handler] = {
    "storage.buckets.insert": _insert,
    "storage.buckets.get": _bucket,
    "storage.buckets.list": _list,
    "storage.buckets.patch": _patch,
    "storage.buckets.update": _patch,
    "storage.buckets.delete": _delete,
    "storage.buckets.lockRetentionPolicy": _lock,
    "storage.projects.serviceAccount.get": _agent,
    "storage.objects.insert": _upload,
    "storage.objects.get": _get_object,
    "storage.objects.list": _list_objects,
    "storage.objects.delete": _delete_object,
}
