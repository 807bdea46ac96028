"""Resource Manager: projects, which are there as soon as they are named, and who may do what."""

from tricenter.offline.gcp.server.call import Call, Handler, Kind, project_number
from tricenter.offline.gcp.server.links import normal
from tricenter.offline.gcp.server.refusal import Json

HOST = "cloudresourcemanager.googleapis.com"
DOCUMENT = "cloudresourcemanager"
BEGINNING = "2026-01-01T00:00:00.000Z"


def _project(call: Call) -> Json:
    name = normal(call.path, call.store).split("/")[1]
    number = project_number(name)
    if call.document.version == "v1":
        return {
            "projectNumber": number,
            "projectId": name,
            "lifecycleState": "ACTIVE",
            "name": name,
            "createTime": BEGINNING,
        }
    return {
        "name": f"projects/{number}",
        "projectId": name,
        "state": "ACTIVE",
        "displayName": name,
        "createTime": BEGINNING,
        "updateTime": BEGINNING,
        "etag": "W/offline",
    }


KINDS: dict[str, Kind] = {}
HANDLERS: dict[str, Handler] = {
    "cloudresourcemanager.projects.get": _project,
}
