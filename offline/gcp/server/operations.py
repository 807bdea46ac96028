"""Operations: every change of the emulated cloud is done when it is answered."""

from tricenter.offline.gcp.server.call import Call, digest, project_number
from tricenter.offline.gcp.server.refusal import Json

COMPUTE_SCOPE = 4
"""Words of a path that name where a compute resource is: projects/P/zones/Z."""


def done(call: Call, target: str, kind: str, answer: Json | None = None) -> Json:
    """The finished operation in the form of the call's service, kept for those who ask for it."""
    number = call.store.number("operation", 4_000_000_000_000_000_001)
    known = call.document.schemas[call.method.response or "Operation"]["properties"]
    if "done" in known:
        return _long_running(call, number, target, kind, answer)
    if "targetProject" in known:
        return _sql(call, number, target, kind)
    return _compute(call, number, target, kind)


def record_sql(call: Call, target: str, kind: str) -> None:
    """An operation of Cloud SQL that the service began by itself."""
    _sql(call, call.store.number("operation", 4_000_000_000_000_000_001), target, kind)


def _compute(call: Call, number: int, target: str, kind: str) -> Json:
    words = target.split("/")
    where = "/".join(words[:3] if words[2:3] == ["global"] else words[:COMPUTE_SCOPE])
    path = f"{where}/operations/operation-{number}"
    scope = {"zones": "zone", "regions": "region"}.get(words[2] if len(words) > 2 else "")
    found = call.find(target) or {}
    body: Json = {
        "kind": "compute#operation",
        "id": str(number),
        "name": f"operation-{number}",
        "operationType": kind,
        "targetLink": f"{call.base}/{target}",
        "targetId": found.get("id", str(number)),
        "status": "DONE",
        "progress": 100,
        "user": "offline@tricenter.invalid",
        "insertTime": call.now,
        "startTime": call.now,
        "endTime": call.now,
        "selfLink": f"{call.base}/{path}",
    }
    if scope:
        body[scope] = f"{call.base}/{where}"
    call.put(path, body)
    return body


def _sql(call: Call, number: int, target: str, kind: str) -> Json:
    words = target.split("/")
    name = f"{digest(number)[:8]}-{digest(number)[8:12]}-4000-8000-{number % 10**12:012}"
    path = f"projects/{words[1]}/operations/{name}"
    body: Json = {
        "kind": "sql#operation",
        "name": name,
        "operationType": kind,
        "status": "DONE",
        "targetId": words[3],
        "targetProject": words[1],
        "targetLink": f"{call.base}/projects/{words[1]}/instances/{words[3]}",
        "user": "offline@tricenter.invalid",
        "insertTime": call.now,
        "startTime": call.now,
        "endTime": call.now,
        "selfLink": f"{call.base}/{path}",
    }
    call.put(path, body)
    return body


def _long_running(call: Call, number: int, target: str, kind: str, answer: Json | None) -> Json:
    words = target.split("/")
    located = words[2:3] == ["locations"]
    path = f"{'/'.join(words[:4]) if located else ''}/operations/operation-{number}".strip("/")
    response = {"@type": "type.googleapis.com/google.protobuf.Empty"} if answer is None else answer
    body: Json = {
        "name": path,
        "done": True,
        "metadata": {"createTime": call.now, "endTime": call.now, "target": target, "verb": kind},
        "response": response,
    }
    call.put(path, body)
    return body


__all__ = ["done", "project_number"]
