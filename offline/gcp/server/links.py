"""Links between resources: full addresses, `//host/...` names and partial paths."""

import re
from collections.abc import Mapping

from tricenter.offline.gcp.server.call import Call, Service, project_number
from tricenter.offline.gcp.server.fields import values
from tricenter.offline.gcp.server.refusal import Json, Refused
from tricenter.offline.gcp.server.store import Store

FULL = re.compile(r"(?:https?:)?//([a-z0-9.-]+)/(?:([a-z]+)/)?(?:(?:v\d\w*|alpha|beta)/)?(.+)")
SHARED_HOST = "www.googleapis.com"


def place(link: str, service: str) -> tuple[str, str]:
    """The service and path that a link leads to; a partial one is of `service`."""
    found = FULL.fullmatch(link)
    if not found:
        path = link.strip("/").removeprefix("compute/v1/").removeprefix("compute/beta/")
        return ("compute" if "compute/" in link else service), path
    host, area, path = found.groups()
    if host == SHARED_HOST:
        return area or service, path
    return host.removesuffix(".googleapis.com"), path


def normal(path: str, store: Store) -> str:
    """A path with the project's name where it had the number."""
    words = path.split("/")
    if words[0] == "projects" and len(words) > 1 and words[1].isdigit():
        known = store.find("cloudresourcemanager", f"numbers/{words[1]}")
        words[1] = known["projectId"] if known else words[1]
    return "/".join(words)


def whole(project: str, path: str) -> str:
    """A path that leaves the project out, with the project of the one who names it."""
    short = path.startswith(("global/", "regions/", "zones/"))
    return f"projects/{project}/{path}" if short else path


def learn(call: Call) -> None:
    """Remembers the number of the call's project, for links that carry it."""
    project = call.project
    path = f"numbers/{project_number(project)}"
    if (
        project != "_"
        and not project.isdigit()
        and call.store.find("cloudresourcemanager", path) is None
    ):
        call.store.put("cloudresourcemanager", path, {"projectId": project})


def require(call: Call, body: Json, fields: tuple[str, ...]) -> None:
    """Every link in these fields leads to something. Raises Refused (404) else."""
    for field in fields:
        for link in values(body, field):
            target(call, str(link))


def target(call: Call, link: str, service: str = "") -> Json:
    """What a link leads to. Raises Refused (404) where there is nothing."""
    where, path = place(link, service or call.service.name)
    path = normal(whole(call.project, path), call.store)
    found = call.store.find(where, path) or call.store.find("compute", path)
    if found is None:
        # Compute answers a missing reference with 404 and this sentence.
        raise Refused(404, f"The resource '{path}' was not found", reason="notFound")
    return found


def users(call: Call, services: Mapping[str, Service], path: str) -> list[str]:
    """Paths of the resources of the same service whose links lead to `path`."""
    own = call.service.name
    found: list[str] = []
    for user, body in call.store.below(own, "projects/").items():
        fields = services[call.service.host].kind(user).links
        links = (str(link) for field in fields for link in values(body, field))
        owner = user.split("/")[1]
        if any(normal(whole(owner, place(link, own)[1]), call.store) == path for link in links):
            found.append(user)
    return found
