"""Incidents of the emulated Google Cloud: who is told, and what starts by it."""

from pathlib import Path
from typing import Any

import pytest

from tricenter.offline.gcp.server.incidents import open_incident, told
from tricenter.offline.gcp.server.refusal import Refused
from tricenter.offline.gcp.server.store import Store

pytestmark = pytest.mark.cloud

POLICY, TOPIC = "projects/p/alertPolicies/1", "projects/p/topics/lost"
MAIL, BUS = "projects/p/notificationChannels/1", "projects/p/notificationChannels/2"
WORKFLOW = "projects/p/locations/asia-east2/workflows/forced"
AGENT = "serviceAccount:service-1@gcp-sa-monitoring-notification.iam.gserviceaccount.com"


def build(folder: Path, **policy: Any) -> Store:
    """A policy that tells a person and a topic, at which a workflow's trigger listens."""
    store = Store(folder)
    channels = {"notificationChannels": [MAIL, BUS], "enabled": True}
    store.put("monitoring", POLICY, channels | policy)
    person = {"type": "email", "enabled": True, "labels": {"email_address": "duty@example.com"}}
    store.put("monitoring", MAIL, person)
    store.put("monitoring", BUS, {"type": "pubsub", "enabled": True, "labels": {"topic": TOPIC}})
    store.put("pubsub", TOPIC, {"name": TOPIC})
    trigger = {"transport": {"pubsub": {"topic": TOPIC}}, "destination": {"workflow": WORKFLOW}}
    store.put("eventarc", "projects/p/locations/asia-east2/triggers/t", trigger)
    store.put("workflows", WORKFLOW, {"name": WORKFLOW})
    return store


def grant(store: Store, role: str, member: str) -> None:
    """Let somebody do something with the topic."""
    bindings = [{"role": role, "members": [member]}]
    store.put("pubsub", f"policies/{TOPIC}", {"bindings": bindings})


def test_an_incident_tells_people_and_starts_workflows(tmp_path: Path) -> None:
    """Once each."""
    store = build(tmp_path)
    grant(store, "roles/pubsub.publisher", AGENT)
    open_incident(store, POLICY)
    assert told(store) == {
        "mail": [{"to": "duty@example.com", "policy": POLICY}],
        "started": [{"workflow": WORKFLOW, "policy": POLICY}],
    }
    store.close()


@pytest.mark.parametrize(
    ("role", "member"),
    [("roles/pubsub.viewer", AGENT), ("roles/pubsub.publisher", "user:ops@example.com")],
)
def test_a_topic_admits_monitorings_agent_alone(tmp_path: Path, role: str, member: str) -> None:
    """Without its right nothing starts; people are told all the same."""
    store = build(tmp_path)
    grant(store, role, member)
    open_incident(store, POLICY)
    assert len(told(store)["mail"]) == 1 and told(store)["started"] == []
    store.close()


def test_a_policy_that_is_off_tells_nobody(tmp_path: Path) -> None:
    """And one that is not there has no incidents."""
    store = build(tmp_path, enabled=False)
    open_incident(store, POLICY)
    assert told(store) == {"mail": [], "started": []}
    with pytest.raises(Refused):
        open_incident(store, POLICY.replace("/1", "/2"))
    store.close()
