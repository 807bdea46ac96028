"""Cloud KMS: key rings, keys and their versions. The emulated keys encrypt nothing."""

from tricenter.offline.gcp.server.call import Call, Handler, Kind
from tricenter.offline.gcp.server.refusal import Json

HOST = "cloudkms.googleapis.com"
DOCUMENT = "cloudkms"
SYMMETRIC = "GOOGLE_SYMMETRIC_ENCRYPTION"


def _version(call: Call, key: str, number: int, template: Json) -> Json:
    body: Json = {
        "name": f"{key}/cryptoKeyVersions/{number}",
        "state": "ENABLED",
        "protectionLevel": template.get("protectionLevel", "SOFTWARE"),
        "algorithm": template.get("algorithm", SYMMETRIC),
        "createTime": call.now,
        "generateTime": call.now,
    }
    call.put(body["name"], body)
    return body


def _made(call: Call, path: str, body: Json) -> None:
    template: Json = {"protectionLevel": "SOFTWARE", "algorithm": SYMMETRIC}
    body["versionTemplate"] = template | body.get("versionTemplate", {})
    body.setdefault("destroyScheduledDuration", "2592000s")
    if call.query.get("skipInitialVersionCreation") != "true":
        version = _version(call, path, 1, body["versionTemplate"])
        if body["purpose"] == "ENCRYPT_DECRYPT":
            body["primary"] = version


def _new_version(call: Call) -> Json:
    key = call.path.rpartition("/")[0]
    template = call.get(key)["versionTemplate"]
    number = len(call.store.children(DOCUMENT, call.path)) + 1
    return _version(call, key, number, template)


def _destroy(call: Call) -> Json:
    return _keep_version(call, call.get(call.path) | {"state": "DESTROY_SCHEDULED"})


def _patch_version(call: Call) -> Json:
    state = call.body.get("state")
    return _keep_version(call, call.get(call.path) | ({"state": state} if state else {}))


def _keep_version(call: Call, body: Json) -> Json:
    call.put(call.path, body)
    key = call.path.rpartition("/cryptoKeyVersions/")[0]
    whole = call.get(key)
    if whole.get("primary", {}).get("name") == call.path:
        call.put(key, whole | {"primary": body})
    return body


def _set_primary(call: Call) -> Json:
    number = call.body.get("cryptoKeyVersionId", "")
    version = call.get(f"{call.path}/cryptoKeyVersions/{number}")
    body = call.get(call.path) | {"primary": version}
    call.put(call.path, body)
    return body


KEYS = "cloudkms.projects.locations.keyRings.cryptoKeys"
KINDS: dict[str, Kind] = {"cryptoKeys": Kind(needed=("purpose",), made=_made)}
HANDLERS: dict[str, Handler] = {
    f"{KEYS}.updatePrimaryVersion": _set_primary,
    f"{KEYS}.cryptoKeyVersions.create": _new_version,
    f"{KEYS}.cryptoKeyVersions.destroy": _destroy,
    f"{KEYS}.cryptoKeyVersions.patch": _patch_version,
}
