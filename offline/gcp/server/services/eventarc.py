"""Eventarc: triggers from events to what acts on them."""

from tricenter.offline.gcp.server import links
from tricenter.offline.gcp.server.call import Call, Handler, Kind
from tricenter.offline.gcp.server.refusal import Json

HOST = "eventarc.googleapis.com"
DOCUMENT = "eventarc"


def _made(call: Call, path: str, body: Json) -> None:
    """Its own transport topic, unless it is given one; the workflow that it starts is there."""
    if workflow := body["destination"].get("workflow"):
        links.target(call, workflow, "workflows")
    topic = body.get("transport", {}).get("pubsub", {}).get("topic")
    if topic:
        links.target(call, topic, "pubsub")
    location, name = path.split("/")[3], path.rpartition("/")[2]
    own = f"projects/{call.project}/topics/eventarc-{location}-{name}"
    subscription = f"projects/{call.project}/subscriptions/eventarc-{location}-{name}-sub"
    body["transport"] = {"pubsub": {"topic": topic or own, "subscription": subscription}}


KINDS: dict[str, Kind] = {
    "triggers": Kind(needed=("eventFilters", "destination"), made=_made),
}
HANDLERS: dict[str, Handler] = {}
