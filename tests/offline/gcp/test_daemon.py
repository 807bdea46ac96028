"""The process of the emulated Google Cloud and the folder that it keeps its state in."""

import json
import os
import signal
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.offline.gcp.conftest import PROJECT, Google
from tricenter.offline import gcp
from tricenter.offline.gcp import daemon

pytestmark = pytest.mark.cloud

SECRET = "bm90LWZvci1sb2dz"  # "not-for-logs"
NETWORKS = f"compute.googleapis.com/compute/v1/projects/{PROJECT}/global/networks"


@pytest.fixture
def google(tmp_path: Path) -> Iterator[Google]:
    """A cloud whose process these tests may end."""
    state = tmp_path / "cloud"
    url = daemon.start(state)
    yield Google(url=url, state=state)
    daemon.stop(state)


def kill(google: Google) -> None:
    """End the process as a power cut would."""
    os.kill(json.loads((google.state / "server.json").read_text())["pid"], signal.SIGKILL)


def test_what_was_answered_survives_a_kill(google: Google) -> None:
    """After kill -9 the cloud listens at the same place and has everything that it had."""
    for number in range(20):
        google.make(NETWORKS, {"name": f"net-{number}"})
    kill(google)
    assert daemon.running(google.state) is None
    assert daemon.start(google.state) == google.url
    assert len(google.ask("GET", NETWORKS)[1]["items"]) == 20


def test_one_process_a_folder(tmp_path: Path) -> None:
    """Starting twice, even at once, gives the same process; stopping twice ends one."""
    state = tmp_path / "cloud"
    with ThreadPoolExecutor(3) as pool:
        urls = set(pool.map(daemon.start, [state] * 3))
    assert urls == {daemon.running(state)}
    assert daemon.stop(state)
    assert not daemon.stop(state)
    assert daemon.running(state) is None


def test_another_process_with_the_same_number(google: Google) -> None:
    """A number that was given anew is not taken for the cloud's, and not ended."""
    daemon.stop(google.state)
    file = google.state / "server.json"
    file.write_text(f'{{"pid": {os.getpid()}, "started": "1", "url": "{google.url}"}}')
    assert daemon.running(google.state) is None
    assert not daemon.stop(google.state)


def test_changes_are_whole(google: Google) -> None:
    """A change that fails half-way leaves nothing of itself: what it deleted first is there."""
    zones = f"dns.googleapis.com/dns/v1/projects/{PROJECT}/managedZones"
    google.make(zones, {"name": "zone", "dnsName": "example.com.", "description": "x"})
    record = {"name": "a.example.com.", "type": "A", "ttl": 30, "rrdatas": ["192.0.2.1"]}
    google.make(f"{zones}/zone/rrsets", record)
    outside = record | {"name": "a.example.org."}
    change = {"deletions": [record], "additions": [outside]}
    assert "is not in" in google.refuse("POST", f"{zones}/zone/changes", change)[1]
    found = google.ask("GET", f"{zones}/zone/rrsets/a.example.com./A")
    assert found[0] == 200


def test_secrets_are_in_one_file_of_the_owner(google: Google) -> None:
    """A payload is in the state and nowhere else; the log and the lists do not have it."""
    base = f"secretmanager.googleapis.com/v1/projects/{PROJECT}/secrets"
    google.make(f"{base}?secretId=pg", {"replication": {"automatic": {}}})
    google.make(f"{base}/pg:addVersion", {"payload": {"data": SECRET}})
    assert google.ask("GET", f"{base}/pg/versions/latest:access")[1]["payload"]["data"] == SECRET
    assert "payload" not in google.ask("GET", f"{base}/pg/versions/1")[1]
    path = "sqladmin.googleapis.com/sql/v1beta4"
    google.network()
    user = {"name": "app", "password": SECRET}
    assert google.refuse("POST", f"{path}/projects/{PROJECT}/instances/x/users", user)[0] == 404
    assert SECRET not in (google.state / "server.log").read_text()
    assert stat.S_IMODE((google.state / "cloud.sqlite").stat().st_mode) == 0o600
    assert stat.S_IMODE(google.state.stat().st_mode) == 0o700


def test_environment_names_every_service(google: Google) -> None:
    """Each endpoint leads to a service of the emulator, with its version at the end."""
    found = gcp.environment(google.url)
    endpoints = {name: url for name, url in found.items() if name.endswith("CUSTOM_ENDPOINT")}
    assert len(endpoints) == len(gcp.ENDPOINTS)
    for url in endpoints.values():
        path = url.removeprefix(f"{google.url}/")
        code, message = google.refuse("GET", f"{path}nothing")
        assert code == 404, (url, message)


def test_the_plugin_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On PATH, or of the right major version where Pulumi installs plugins; else not at all."""
    home = {"PULUMI_HOME": str(tmp_path), "PATH": ""}
    assert gcp.provider_plugin(base=home) is None
    for version in ("8.41.0", "9.35.0"):
        file = tmp_path / "plugins" / f"resource-gcp-v{version}" / gcp.PLUGIN
        file.parent.mkdir(parents=True)
        file.touch(mode=0o755)
    assert gcp.provider_plugin(base=home) == file
