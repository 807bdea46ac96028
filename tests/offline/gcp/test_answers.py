"""What the emulated Google Cloud answers has the form that Google's documents say."""

import sqlite3
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.offline.gcp.conftest import PROJECT, Google, Json
from tests.offline.gcp.test_roles import alloydb
from tricenter.offline.gcp.server.dispatch import find_services
from tricenter.offline.gcp.server.documents import load

pytestmark = pytest.mark.cloud

VERSIONS = {
    "compute": "compute/v1",
    "sqladmin": "sql/v1beta4",
    "dns": "dns/v1",
    "storage": "storage/v1",
    "monitoring": "v3",
    "logging": "v2",
}
LOCATION = f"projects/{PROJECT}/locations/us-east1"
TYPES = {"string": str, "boolean": bool, "integer": int, "object": dict, "array": list}
# One request a kind; what it needs comes before it.
MADE: list[tuple[str, Json]] = [
    (
        f"compute.googleapis.com/compute/v1/projects/{PROJECT}/global/healthChecks",
        {"name": "hc", "type": "TCP", "tcpHealthCheck": {"port": 443}},
    ),
    (
        f"compute.googleapis.com/compute/v1/projects/{PROJECT}/regions/us-east1/routers",
        {"name": "r", "network": f"projects/{PROJECT}/global/networks/net"},
    ),
    (
        f"compute.googleapis.com/compute/v1/projects/{PROJECT}/zones/us-east1-b/disks",
        {"name": "data", "sizeGb": "20", "type": "pd-balanced"},
    ),
    (
        f"dns.googleapis.com/dns/v1/projects/{PROJECT}/managedZones",
        {"name": "zone", "dnsName": "example.com.", "description": "x"},
    ),
    (f"cloudkms.googleapis.com/v1/{LOCATION}/keyRings?keyRingId=ring", {}),
    (
        f"cloudkms.googleapis.com/v1/{LOCATION}/keyRings/ring/cryptoKeys?cryptoKeyId=key",
        {"purpose": "ENCRYPT_DECRYPT"},
    ),
    (
        f"iam.googleapis.com/v1/projects/{PROJECT}/serviceAccounts",
        {"accountId": "exporter", "serviceAccount": {"displayName": "x"}},
    ),
    (
        f"secretmanager.googleapis.com/v1/projects/{PROJECT}/secrets?secretId=pg",
        {"replication": {"automatic": {}}},
    ),
    (
        f"monitoring.googleapis.com/v3/projects/{PROJECT}/notificationChannels",
        {"type": "email", "labels": {"email_address": "a@example.com"}},
    ),
    (
        f"monitoring.googleapis.com/v3/projects/{PROJECT}/uptimeCheckConfigs",
        {"displayName": "api", "tcpCheck": {"port": 443}},
    ),
    (
        f"logging.googleapis.com/v2/projects/{PROJECT}/metrics",
        {"name": "promotions", "filter": "x"},
    ),
    (f"storage.googleapis.com/storage/v1/b?project={PROJECT}", {"name": "b", "location": "EU"}),
    (
        f"workflows.googleapis.com/v1/{LOCATION}/workflows?workflowId=w",
        {"sourceContents": "main: {}"},
    ),
    (
        f"eventarc.googleapis.com/v1/{LOCATION}/triggers?triggerId=t",
        {
            "eventFilters": [{"attribute": "type", "value": "x"}],
            "destination": {"workflow": f"{LOCATION}/workflows/w"},
        },
    ),
    (
        f"backupdr.googleapis.com/v1/{LOCATION}/backupVaults?backupVaultId=v",
        {"backupMinimumEnforcedRetentionDuration": "86400s"},
    ),
    (
        f"cloudscheduler.googleapis.com/v1/{LOCATION}/jobs",
        {"name": f"{LOCATION}/jobs/j", "schedule": "0 2 * * *", "httpTarget": {"uri": "https://x"}},
    ),
    ("storagetransfer.googleapis.com/v1/transferJobs", {"projectId": PROJECT, "transferSpec": {}}),
]


def misfits(schemas: Mapping[str, Json], rule: Json, value: Any, path: str) -> Iterator[str]:
    """Fields of an answer that the document does not have, or has otherwise."""
    rule = schemas[rule["$ref"]] if "$ref" in rule else rule
    kind = rule.get("type", "object")
    if kind == "number":
        return
    if not isinstance(value, TYPES.get(kind, object)):
        yield f"{path}: {type(value).__name__}, not {kind}"
    elif isinstance(value, dict):
        for name, item in value.items():
            known = rule.get("properties", {}).get(name, rule.get("additionalProperties"))
            if known is None:
                yield f"{path}.{name}: unknown"
            elif known.get("type") != "any":
                yield from misfits(schemas, known, item, f"{path}.{name}")
    elif isinstance(value, list):
        for item in value:
            yield from misfits(schemas, rule["items"], item, f"{path}[]")
    elif value and rule.get("enum") and value not in rule["enum"]:
        yield f"{path}: {value} is no value of it"


@pytest.fixture
def everything(pair: Google) -> Google:
    """A cloud with one of every kind."""
    for path, body in MADE:
        pair.make(path, body)
    return pair


def kept(google: Google) -> list[tuple[str, str]]:
    """Service and path of every resource that is there."""
    with sqlite3.connect(google.state / "cloud.sqlite") as state:
        rows = state.execute("select service, path from resource").fetchall()
    # A user is kept by name and host, and asked for by name.
    return [(service, path.removesuffix("@")) for service, path in rows]


def check(google: Google) -> tuple[int, list[str]]:
    """How many resources were read, and what does not fit their documents."""
    hosts = {service.name: host for host, service in find_services().items()}
    read, wrong = 0, []
    for service, path in kept(google):
        version = VERSIONS.get(service, "v1")
        document = load(service, version.rpartition("/")[2])
        found = document.route("GET", f"{version}/{path}") if document else None
        if not document or not found or not found[0].response:
            continue
        code, body = google.ask("GET", f"{hosts[service]}/{version}/{path}")
        assert code == 200, (path, body)
        rule = {"$ref": found[0].response}
        read += 1
        wrong += misfits(document.schemas, rule, body, f"{service}/{path}")
    return read, wrong


def test_answers_fit_the_documents(everything: Google) -> None:
    """Every resource, given as Google's clients read it: no field of ours, no wrong type."""
    read, wrong = check(everything)
    assert wrong == []
    assert read > 30


def test_answers_of_alloydb_fit_the_document(google: Google) -> None:
    """Both clusters and both instances."""
    alloydb(google)
    read, wrong = check(google)
    assert wrong == []
    assert read >= 7


def test_misfits_are_seen() -> None:
    """The check itself sees a wrong type and a field that a document does not have."""
    assert list(misfits({}, {"properties": {"a": {"type": "string"}}}, {"a": 1, "b": 2}, "")) == [
        ".a: int, not string",
        ".b: unknown",
    ]
