"""Service Usage: which of Google's services a project has switched on."""

from tricenter.offline.gcp.server.call import Call, Handler, Kind, project_number
from tricenter.offline.gcp.server.operations import done
from tricenter.offline.gcp.server.refusal import Json

HOST = "serviceusage.googleapis.com"
DOCUMENT = "serviceusage"


def _shown(call: Call, name: str, state: str) -> Json:
    parent = f"projects/{project_number(call.project)}"
    return {
        "name": f"{parent}/services/{name}",
        "parent": parent,
        "config": {"name": name, "title": name},
        "state": state,
    }


def _switch(call: Call, state: str) -> Json:
    name = call.name
    path = f"projects/{call.project}/services/{name}"
    call.put(path, {"name": name, "state": state})
    return done(call, path, state.lower(), {"service": _shown(call, name, state)})


def _enable(call: Call) -> Json:
    return _switch(call, "ENABLED")


def _disable(call: Call) -> Json:
    return _switch(call, "DISABLED")


def _batch(call: Call) -> Json:
    base = f"projects/{call.project}/services"
    names = call.body.get("serviceIds", [])
    for name in names:
        call.put(f"{base}/{name}", {"name": name, "state": "ENABLED"})
    return done(
        call, base, "enable", {"services": [_shown(call, name, "ENABLED") for name in names]}
    )


def _get(call: Call) -> Json:
    found = call.find(f"projects/{call.project}/services/{call.name}") or {}
    return _shown(call, call.name, found.get("state", "DISABLED"))


def _list(call: Call) -> Json:
    found = call.store.children(DOCUMENT, f"projects/{call.project}/services").values()
    enabled = [one["name"] for one in found if one["state"] == "ENABLED"]
    return {"services": [_shown(call, name, "ENABLED") for name in enabled]}


AGENTS = {"sqladmin": "cloud-sql", "alloydb": "alloydb", "pubsub": "pubsub", "backupdr": "backupdr"}
"""Names of the accounts that Google's services act as, where they differ from the service's."""


def _identity(call: Call) -> Json:
    """The account that a service acts as in the project."""
    service = call.name.partition(".")[0]
    number = project_number(call.project)
    email = f"service-{number}@gcp-sa-{AGENTS.get(service, service)}.iam.gserviceaccount.com"
    identity: Json = {"email": email, "uniqueId": f"1{number}"}
    return done(call, call.path, "generateServiceIdentity", identity)


KINDS: dict[str, Kind] = {}
HANDLERS: dict[str, Handler] = {
    "serviceusage.services.enable": _enable,
    "serviceusage.services.disable": _disable,
    "serviceusage.services.batchEnable": _batch,
    "serviceusage.services.get": _get,
    "serviceusage.services.list": _list,
    "serviceusage.services.generateServiceIdentity": _identity,
}
