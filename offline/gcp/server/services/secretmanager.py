"""Secret Manager: secrets and versions. Payloads are in the state file alone, never logged."""

import base64
import binascii

from tricenter.offline.gcp.server.call import Call, Handler, Kind
from tricenter.offline.gcp.server.refusal import Json, invalid, missing, precondition

HOST = "secretmanager.googleapis.com"
DOCUMENT = "secretmanager"
PAYLOAD = "payload"


def _made(call: Call, path: str, body: Json) -> None:
    del call, path
    kinds = [name for name in ("automatic", "userManaged") if name in body["replication"]]
    if len(kinds) != 1:
        raise invalid("A secret is replicated automatically or to replicas that it names.")


def _versions(call: Call, secret: str) -> dict[str, Json]:
    return call.store.children(DOCUMENT, f"{secret}/versions")


def _add(call: Call) -> Json:
    secret = call.path
    call.get(secret)
    data = call.body.get(PAYLOAD, {}).get("data", "")
    try:
        base64.b64decode(data, validate=True)
    except binascii.Error:
        raise invalid("Invalid value at 'payload.data': not base64") from None
    number = call.store.number(f"versions of {secret}", 1)
    body: Json = {
        "name": f"{secret}/versions/{number}",
        "createTime": call.now,
        "state": "ENABLED",
        "replicationStatus": {"automatic": {}},
        "etag": str(number),
    }
    call.put(body["name"], body | {PAYLOAD: data})
    return body


def _found(call: Call) -> tuple[str, Json]:
    secret, _, number = call.path.rpartition("/versions/")
    known = _versions(call, secret)
    if number == "latest":
        enabled = [path for path, body in known.items() if body["state"] == "ENABLED"]
        newest = max(enabled, key=lambda path: int(path.rpartition("/")[2]), default="")
        if not newest:
            raise missing(call.path)
        return newest, known[newest]
    return call.path, call.get(call.path)


def _shown(body: Json) -> Json:
    return {name: item for name, item in body.items() if name != PAYLOAD}


def _get(call: Call) -> Json:
    return _shown(_found(call)[1])


def _list(call: Call) -> Json:
    secret = call.path.removesuffix("/versions")
    return {"versions": [_shown(body) for body in _versions(call, secret).values()][::-1]}


def _access(call: Call) -> Json:
    path, body = _found(call)
    if body["state"] != "ENABLED":
        raise precondition(f"Secret Version [{path}] is in {body['state']} state.")
    return {"name": path, PAYLOAD: {"data": body[PAYLOAD]}}


def _state(call: Call) -> Json:
    path, body = _found(call)
    states = {"enable": "ENABLED", "disable": "DISABLED", "destroy": "DESTROYED"}
    after = body | {"state": states[call.method.action]}
    if body["state"] == "DESTROYED":
        raise precondition(f"Secret Version [{path}] is in DESTROYED state.")
    if after["state"] == "DESTROYED":
        after = _shown(after) | {"destroyTime": call.now}
    call.put(path, after)
    return _shown(after)


VERSIONS = "secretmanager.projects.secrets.versions"
KINDS: dict[str, Kind] = {"secrets": Kind(needed=("replication",), made=_made)}
HANDLERS: dict[str, Handler] = {
    "secretmanager.projects.secrets.addVersion": _add,
    f"{VERSIONS}.get": _get,
    f"{VERSIONS}.list": _list,
    f"{VERSIONS}.access": _access,
    f"{VERSIONS}.enable": _state,
    f"{VERSIONS}.disable": _state,
    f"{VERSIONS}.destroy": _state,
}
