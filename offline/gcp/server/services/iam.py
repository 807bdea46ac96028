"""IAM: service accounts and roles of a project's own."""

import re

from tricenter.offline.gcp.server.call import Call, Handler, Kind, digest
from tricenter.offline.gcp.server.fields import masked
from tricenter.offline.gcp.server.refusal import Json, exists, invalid, missing
from tricenter.offline.gcp.server.resources import fingerprint

HOST = "iam.googleapis.com"
DOCUMENT = "iam"
ACCOUNT = re.compile(r"[a-z](?:[-a-z0-9]{4,28}[a-z0-9])")
PERMISSION = re.compile(r"[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+){2}")


def _create_account(call: Call) -> Json:
    name = call.body.get("accountId", "")
    if not ACCOUNT.fullmatch(name):
        raise invalid(f"The service account id '{name}' is not 6 to 30 lower-case characters.")
    email = f"{name}@{call.project}.iam.gserviceaccount.com"
    path = f"{call.path}/{email}"
    if call.find(path):
        raise exists(path)
    body = call.body.get("serviceAccount", {}) | {
        "name": path,
        "projectId": call.project,
        "uniqueId": str(10**20 + int(digest(path)[:15], 16)),
        "email": email,
        "oauth2ClientId": str(10**20 + int(digest(path)[:15], 16)),
        "etag": fingerprint(call.store.number("stamp", 1)),
    }
    call.put(path, body)
    return body


def _account(call: Call) -> tuple[str, Json]:
    """A service account by its address or number; `-` stands for its project."""
    name = call.name
    project = name.partition("@")[2].partition(".")[0] if "@" in name else call.project
    path = f"projects/{project if call.project == '-' else call.project}/serviceAccounts/{name}"
    if found := call.find(path):
        return path, found
    for other, body in call.store.below(DOCUMENT, "projects/").items():
        if body.get("uniqueId") == name:
            return other, body
    raise missing(path)


def _get_account(call: Call) -> Json:
    return _account(call)[1]


def _patch_account(call: Call) -> Json:
    path, before = _account(call)
    after = masked(before, call.body.get("serviceAccount", {}), call.body.get("updateMask", ""))
    call.put(path, after)
    return after


def _switch(call: Call) -> Json:
    path, before = _account(call)
    call.put(path, before | {"disabled": call.method.action == "disable"})
    return {}


def _create_role(call: Call) -> Json:
    path = f"{call.path}/{call.body.get('roleId', '')}"
    if call.find(path):
        raise exists(path)
    body: Json = {"stage": "GA"} | call.body.get("role", {}) | {"name": path}
    return _keep_role(call, path, body)


def _keep_role(call: Call, path: str, body: Json) -> Json:
    for permission in body.get("includedPermissions", ()):
        if not PERMISSION.fullmatch(permission):
            raise invalid(f"Permission {permission} is not valid.")
    whole = body | {"etag": fingerprint(call.store.number("stamp", 1))}
    call.put(path, whole)
    return whole


def _patch_role(call: Call) -> Json:
    mask = call.query.get("updateMask") or ",".join(set(call.body) - {"name", "etag"})
    return _keep_role(call, call.path, masked(call.get(call.path), call.body, mask))


def _delete_role(call: Call) -> Json:
    """A role is kept as deleted, so that its name is not free at once."""
    return _keep_role(call, call.path, call.get(call.path) | {"deleted": True})


def _undelete_role(call: Call) -> Json:
    body = call.get(call.path)
    body.pop("deleted", None)
    return _keep_role(call, call.path, body)


KINDS: dict[str, Kind] = {}
HANDLERS: dict[str, Handler] = {
    "iam.projects.serviceAccounts.create": _create_account,
    "iam.projects.serviceAccounts.get": _get_account,
    "iam.projects.serviceAccounts.patch": _patch_account,
    "iam.projects.serviceAccounts.enable": _switch,
    "iam.projects.serviceAccounts.disable": _switch,
    "iam.projects.roles.create": _create_role,
    "iam.projects.roles.patch": _patch_role,
    "iam.projects.roles.delete": _delete_role,
    "iam.projects.roles.undelete": _undelete_role,
}
