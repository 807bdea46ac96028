"""Cloud Monitoring: alert policies, uptime checks, notification channels."""

from tricenter.offline.gcp.server import links
from tricenter.offline.gcp.server.call import Call, Handler, Kind, digest
from tricenter.offline.gcp.server.refusal import Json, invalid
from tricenter.offline.gcp.server.resources import require_fields

HOST = "monitoring.googleapis.com"
DOCUMENT = "monitoring"
BASE = "monitoring.projects"
# From the document's text on selectedRegions: at least 3 locations in all.
FEWEST = 3
SPOTS = {"USA": 3, "EUROPE": 1, "SOUTH_AMERICA": 1, "ASIA_PACIFIC": 1}


def _create(call: Call) -> Json:
    """Monitoring names what it makes by itself."""
    kind = call.service.kind(f"{call.path}/x")
    number = str(call.store.number("monitoring", 1_000_000_000_000_000_001))
    if call.name == "uptimeCheckConfigs":
        title = call.body.get("displayName", "").lower()
        number = "-".join("".join(c if c.isalnum() else " " for c in title).split())
        number += f"-{digest(call.path, call.store.number('uptime', 1))[:11]}"
    path = f"{call.path}/{number}"
    body = {**kind.defaults, **call.body, "name": path}
    require_fields(body, kind.needed)
    links.require(call, body, kind.links)
    if kind.made:
        kind.made(call, path, body)
    call.put(path, body)
    return body


def _policy(call: Call, path: str, body: Json) -> None:
    record = {"mutateTime": call.now, "mutatedBy": "offline@tricenter.invalid"}
    body.update({"creationRecord": record, "mutationRecord": record})
    for index, condition in enumerate(body["conditions"]):
        condition.setdefault("name", f"{path}/conditions/{index + 1}")


def _policy_changed(call: Call, before: Json, after: Json) -> None:
    del before
    for index, condition in enumerate(after["conditions"]):
        condition.setdefault("name", f"{call.path}/conditions/{index + 1}")


def _channel(call: Call, path: str, body: Json) -> None:
    del path
    if body["type"] == "pubsub":
        topic = body.get("labels", {}).get("topic", "")
        links.target(call, topic, "pubsub")


def _uptime(call: Call, path: str, body: Json) -> None:
    del call, path
    regions = body.get("selectedRegions")
    if regions and sum(SPOTS.get(region, 1) for region in regions) < FEWEST:
        raise invalid("selectedRegions must hold at least 3 locations.")


KINDS: dict[str, Kind] = {
    "alertPolicies": Kind(
        needed=("displayName", "combiner", "conditions"),
        links=("notificationChannels",),
        defaults={"enabled": True},
        made=_policy,
        changed=_policy_changed,
    ),
    "notificationChannels": Kind(needed=("type",), defaults={"enabled": True}, made=_channel),
    "uptimeCheckConfigs": Kind(
        needed=("displayName",),
        defaults={"period": "60s", "timeout": "10s", "checkerType": "STATIC_IP_CHECKERS"},
        made=_uptime,
    ),
}
HANDLERS: dict[str, Handler] = {f"{BASE}.{name}.create": _create for name in KINDS}
