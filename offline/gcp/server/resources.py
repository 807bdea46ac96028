"""What every service does alike: create, get, list, patch, replace and delete a resource."""

import copy
from collections.abc import Mapping
from typing import Any

from tricenter.offline.gcp.server import links
from tricenter.offline.gcp.server.call import Call, Service, digest
from tricenter.offline.gcp.server.fields import masked, merged, value, without_empty_lists
from tricenter.offline.gcp.server.operations import done
from tricenter.offline.gcp.server.places import ZONES, check_region, check_zone
from tricenter.offline.gcp.server.refusal import Json, Refused, exists, invalid, missing

KEPT = (
    "kind",
    "id",
    "uid",
    "selfLink",
    "selfLinkWithId",
    "creationTimestamp",
    "createTime",
    "name",
)
"""What a replacement cannot change."""
STAMPS = ("fingerprint", "etag", "labelFingerprint")
WITHOUT_ETAG = {"alloydb", "dns"}
"""Services that know the field and do not answer with it."""
SERVICE_STATES = ("READY", "ACTIVE", "ENABLED")
AFTER_CREATE = {"creationTimestamp", "createTime", "timeCreated", "insertTime"}


def create(call: Call, services: Mapping[str, Service]) -> Json:
    """Makes the resource of a POST to a collection, or of a PUT to its name."""
    del services
    body = copy.deepcopy(call.body)
    path = call.path if call.method.verb == "PUT" else f"{call.path}/{new_name(call, body)}"
    check_parent(call, path)
    if call.find(path) is not None:
        raise exists(path)
    schema = schema_of(call)
    body = merged(call.service.kind(path).defaults, body)
    stamp_new(call, schema, path, body)
    kind = call.service.kind(path)
    require_fields(body, kind.needed)
    links.require(call, body, kind.links)
    if kind.made:
        kind.made(call, path, body)
    if call.query.get("validateOnly") == "true":
        return answer(call, path, "insert", body)
    call.put(path, without_empty_lists(body))
    return answer(call, path, "insert", body)


def get(call: Call, services: Mapping[str, Service]) -> Json:
    """The resource as it was made."""
    del services
    return call.get(call.path)


def listing(call: Call, services: Mapping[str, Service]) -> Json:
    """Every resource of the collection, on one page."""
    del services
    response = call.document.schemas[call.method.response or ""]
    found = list(call.store.children(call.service.name, call.path).values())
    field = next(
        name
        for name, rule in response["properties"].items()
        if rule.get("type") == "array" and "$ref" in rule["items"]
    )
    shown: Json = {field: found} if found else {}
    if kind := response["properties"].get("kind", {}).get("default"):
        shown["kind"] = kind
    return shown


def patch(call: Call, services: Mapping[str, Service]) -> Json:
    """Changes what the body, or the update mask, names."""
    del services
    before = call.get(call.path)
    mask = call.query.get("updateMask", "")
    after = masked(before, call.body, mask) if mask else merged(before, call.body)
    return _change(call, before, after)


def replace(call: Call, services: Mapping[str, Service]) -> Json:
    """Puts the body in place of the resource; what the service gave stays."""
    del services
    before = call.get(call.path)
    kept = {name: before[name] for name in KEPT if name in before}
    after = merged(call.service.kind(call.path).defaults, call.body) | kept
    return _change(call, before, after)


def delete(call: Call, services: Mapping[str, Service]) -> Json:
    """Removes the resource, unless something needs it."""
    before = call.get(call.path)
    kind = call.service.kind(call.path)
    if using := links.users(call, services, call.path):
        raise invalid(
            f"The {call.path.split('/')[-2].removesuffix('s')} resource '{call.path}' is already "
            f"being used by '{using[0]}'",
            reason="resourceInUseByAnotherResource",
        )
    check_stamp(call, before, dict(call.query))
    if kind.removed:
        kind.removed(call, call.path, before)
    call.drop(call.path)
    call.drop(f"policies/{call.path}")
    return answer(call, call.path, "delete", None)


SCOPES = {"locations": 4, "regions": 4, "zones": 4, "global": 3}
"""Words that name where a resource is, by the third word of its path."""
ANYWHERE = {"global", "us", "eu", "europe", "asia"}


def check_parent(call: Call, path: str) -> None:
    """What a resource is to be in is there: a region or zone of Google's, another resource."""
    words = path.split("/")
    if words[0] != "projects" or len(words) < 4:
        return
    scope = SCOPES.get(words[2], 2)
    if scope == 4 and words[3] not in ANYWHERE:
        (check_zone if words[3] in ZONES else check_region)(words[3])
    if len(words) > scope + 2:
        call.get("/".join(words[:-2]))


ACTIONS = {
    "insert": create,
    "create": create,
    "get": get,
    "list": listing,
    "patch": patch,
    "update": replace,
    "delete": delete,
}


def new_name(call: Call, body: Json) -> str:
    """The name that a request gives what it makes."""
    for name in call.method.query:
        if name.endswith("Id") and name != "requestId" and call.query.get(name):
            return call.query[name]
    given = body.get("name") or body.get("id")
    if not given:
        raise invalid("Required field 'resource.name' not specified", reason="required")
    return str(given).rpartition("/")[2]


def schema_of(call: Call) -> Json:
    """The schema of the resource that a create, patch or update carries."""
    return call.document.schemas[call.method.request or ""]


def stamp_new(call: Call, schema: Json, path: str, body: Json) -> None:
    """What a service gives each new resource: identity, times, links, state."""
    known: Json = schema["properties"]
    number = call.store.number("resource", 1_000_000_000_000_000_001)
    given: dict[str, Any] = {
        "name": path if call.method.whole_names else path.rpartition("/")[2],
        "id": str(number),
        "uid": f"{digest(path, number)[:8]}-0000-4000-8000-{digest(number)[:12]}",
        "selfLink": f"{call.base}/{path}",
        "updateTime": call.now,
        "region": f"{call.base}/{'/'.join(path.split('/')[:4])}" if "/regions/" in path else None,
        "zone": f"{call.base}/{'/'.join(path.split('/')[:4])}" if "/zones/" in path else None,
    }
    for name, item in given.items():
        if name in known and item is not None:
            body[name] = item
    for name in AFTER_CREATE & known.keys():
        body[name] = call.now
    if default := known.get("kind", {}).get("default"):
        body["kind"] = default
    states = known.get("state", {}).get("enum", ())
    for state in SERVICE_STATES:
        if state in states:
            body.setdefault("state", state)
            break
    stamp(call, known, body)


def stamp(call: Call, known: Json, body: Json) -> None:
    """A new fingerprint for each of the fields by which a client proves what it saw."""
    version = call.store.number("stamp", 1)
    for name in STAMPS:
        if name in known and not (name == "etag" and call.service.name in WITHOUT_ETAG):
            body[name] = fingerprint(version)
    if "updateTime" in known:
        body["updateTime"] = call.now


def fingerprint(version: int) -> str:
    """Twelve characters in the manner of Google's fingerprints (base64 of 8 bytes)."""
    import base64

    return base64.b64encode(bytes.fromhex(digest("stamp", version)[:16])).decode()


def check_stamp(call: Call, before: Json, after: Json) -> None:
    """Raises Refused (412) where a client's fingerprint is not the resource's."""
    for name in STAMPS:
        given = after.get(name)
        if given and before.get(name) and given != before[name]:
            raise Refused(
                412,
                f"Invalid fingerprint: '{name}' of '{call.path}' is stale.",
                reason="conditionNotMet",
            )


def require_fields(body: Json, fields: tuple[str, ...]) -> None:
    """Raises Refused where a required field is absent."""
    for field in fields:
        if value(body, field) is None:
            raise invalid(f"Required field 'resource.{field}' not specified", reason="required")


def _change(call: Call, before: Json, after: Json) -> Json:
    check_stamp(call, before, call.body)
    kind = call.service.kind(call.path)
    require_fields(after, kind.needed)
    links.require(call, after, kind.links)
    if kind.changed:
        kind.changed(call, before, after)
    stamp(call, schema_of(call)["properties"], after)
    if call.query.get("validateOnly") != "true":
        call.put(call.path, without_empty_lists(after))
    return answer(call, call.path, "update", after)


def answer(call: Call, path: str, kind: str, body: Json | None) -> Json:
    """An operation where the method answers with one, else the resource itself."""
    if (call.method.response or "").endswith("Operation"):
        return done(call, path, kind, body)
    return body or {}


def action_of(call: Call) -> Json:
    """Refuses what only a service of its own could answer."""
    raise Refused(
        501, f"{call.method.id} is not part of the emulated Google Cloud", reason="notImplemented"
    )


def not_there(path: str) -> Refused:
    """No method of the service has this path."""
    return missing(path)
