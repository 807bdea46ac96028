"""Pub/Sub: topics and subscriptions."""

from tricenter.offline.gcp.server.call import Call, Handler, Kind
from tricenter.offline.gcp.server.fields import masked
from tricenter.offline.gcp.server.refusal import Json, invalid

HOST = "pubsub.googleapis.com"
DOCUMENT = "pubsub"


def _subscription(call: Call, path: str, body: Json) -> None:
    del path
    call.get(body["topic"])
    plain: Json = {"ackDeadlineSeconds": 10, "messageRetentionDuration": "604800s"}
    for name, item in plain.items():
        body.setdefault(name, item)
    body.setdefault("expirationPolicy", {"ttl": "2678400s"})


def _patch(call: Call) -> Json:
    """The resource and the mask are both in the body."""
    field = next((name for name in ("topic", "subscription", "snapshot") if name in call.body), "")
    mask = call.body.get("updateMask", "")
    if not field or not mask:
        raise invalid("The update_mask in the UpdateRequest must be set.")
    after = masked(call.get(call.path), call.body[field], mask)
    call.put(call.path, after)
    return after


KINDS: dict[str, Kind] = {"subscriptions": Kind(needed=("topic",), made=_subscription)}
HANDLERS: dict[str, Handler] = {
    "pubsub.projects.topics.patch": _patch,
    "pubsub.projects.subscriptions.patch": _patch,
}
