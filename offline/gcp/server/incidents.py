"""Incidents of the emulated Google Cloud: what an alert policy does when its condition holds.

Conditions are not judged here: whoever opens an incident says that one holds. What follows is as
the service documents it: each channel is told; a topic only where Monitoring's own agent may
publish (checked 2026-12-01: https://docs.cloud.google.com/monitoring/support/notification-options),
and what listens at the topic is started.
"""

from collections.abc import Iterator

from tricenter.offline.gcp.server.refusal import Json
from tricenter.offline.gcp.server.store import Store

OPEN = "/tricenter/incident/"
"""POST opens an incident of the policy whose name the path ends with."""
TOLD = "/tricenter/told"
"""GET gives what arrived: `mail` with `to` and `policy`, `started` with `workflow` and `policy`."""
SERVICE, TABLE = "tricenter", "told"
AGENT = "@gcp-sa-monitoring-notification.iam.gserviceaccount.com"
PUBLISHER = "roles/pubsub.publisher"


def told(store: Store) -> Json:
    """Everything that arrived, oldest first."""
    return store.find(SERVICE, TABLE) or {"mail": [], "started": []}


def open_incident(store: Store, name: str) -> None:
    """Tell the channels of a policy. Raises Refused (404) where there is no such policy."""
    with store.change():
        policy, now = store.get("monitoring", name), told(store)
        for channel in policy.get("notificationChannels", ()) if policy.get("enabled") else ():
            known = store.find("monitoring", channel)
            if known is None or not known.get("enabled"):
                continue
            labels = known.get("labels", {})
            if known["type"] == "email":
                now["mail"].append({"to": labels["email_address"], "policy": name})
            elif known["type"] == "pubsub":
                started = _started(store, labels["topic"])
                now["started"] += [{"workflow": one, "policy": name} for one in started]
        store.put(SERVICE, TABLE, now)


def _started(store: Store, topic: str) -> Iterator[str]:
    """The workflows that a message of Monitoring at a topic starts."""
    if not _may_publish(store, topic):
        return
    for trigger in store.below("eventarc", "projects/").values():
        listens = trigger.get("transport", {}).get("pubsub", {}).get("topic")
        workflow = trigger.get("destination", {}).get("workflow")
        if listens == topic and workflow and store.find("workflows", workflow):
            yield workflow


def _may_publish(store: Store, topic: str) -> bool:
    rights = store.find("pubsub", f"policies/{topic}") or {}
    return store.find("pubsub", topic) is not None and any(
        one["role"] == PUBLISHER and any(member.endswith(AGENT) for member in one["members"])
        for one in rights.get("bindings", ())
    )
