"""An emulated Google Cloud for the tests of this folder, and a small client of its interfaces."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tricenter.offline.gcp import daemon

Json = dict[str, Any]
PROJECT = "ledger-test"


@dataclass(frozen=True)
class Google:
    """Speaks to the emulator with nothing but HTTP and JSON."""

    url: str
    state: Path

    def ask(self, verb: str, path: str, body: Json | None = None) -> tuple[int, Json]:
        """The status and the answer; `path` is a real address without https://."""
        data = None if body is None else json.dumps(body).encode()
        asked = Request(f"{self.url}/{path}", data=data, method=verb)  # noqa: S310 - ours
        asked.add_header("Content-Type", "application/json")
        try:
            with urlopen(asked, timeout=20) as answer:  # noqa: S310 - ours
                return answer.status, json.load(answer)
        except HTTPError as error:
            return error.code, json.load(error)

    def make(self, path: str, body: Json) -> Json:
        """Posts what must be taken."""
        code, answer = self.ask("POST", path, body)
        assert code == 200, answer
        return answer

    def refuse(self, verb: str, path: str, body: Json | None = None) -> tuple[int, str]:
        """The code and the message of a request that must be refused."""
        code, answer = self.ask(verb, path, body)
        assert code >= 400, answer
        assert answer["error"]["code"] == code
        return code, answer["error"]["message"]

    def sql(self, name: str = "") -> str:
        """The address of the instances, or of one."""
        base = f"sqladmin.googleapis.com/sql/v1beta4/projects/{PROJECT}/instances"
        return f"{base}/{name}" if name else base

    def compute(self, path: str) -> str:
        """An address of Compute Engine."""
        return f"compute.googleapis.com/compute/v1/projects/{PROJECT}/{path}"

    def network(self, name: str = "net") -> str:
        """A network with a range for private services and the connection to them."""
        link = f"projects/{PROJECT}/global/networks/{name}"
        self.make(self.compute("global/networks"), {"name": name, "autoCreateSubnetworks": False})
        self.make(
            self.compute("global/addresses"),
            {
                "name": f"{name}-psa",
                "purpose": "VPC_PEERING",
                "addressType": "INTERNAL",
                "prefixLength": 20,
                "network": link,
            },
        )
        self.make(
            "servicenetworking.googleapis.com/v1/services/servicenetworking.googleapis.com"
            "/connections",
            {"network": link, "reservedPeeringRanges": [f"{name}-psa"]},
        )
        return link


def instance(name: str, region: str, link: str, **more: object) -> Json:
    """An Enterprise Plus instance; with `masterInstanceName` a replica."""
    settings: Json = {
        "tier": "db-perf-optimized-N-2",
        "edition": "ENTERPRISE_PLUS",
        "availabilityType": "REGIONAL",
        "ipConfiguration": {"privateNetwork": link, "ipv4Enabled": False},
    }
    if "masterInstanceName" not in more:
        settings["backupConfiguration"] = {"enabled": True, "pointInTimeRecoveryEnabled": True}
    body: Json = {"name": name, "region": region, "databaseVersion": "POSTGRES_16"}
    return body | {"settings": settings} | more


@pytest.fixture(scope="session")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Google]:
    """One process for all the tests that do not end it."""
    state = tmp_path_factory.mktemp("google")
    url = daemon.start(state)
    try:
        yield Google(url=url, state=state)
    finally:
        daemon.stop(state)


@pytest.fixture
def google(process: Google) -> Google:
    """A cloud with nothing in it."""
    with closing(sqlite3.connect(process.state / "cloud.sqlite", isolation_level=None)) as state:
        state.execute("delete from resource")
    return process


@pytest.fixture
def pair(google: Google) -> Google:
    """A cloud with a primary `west` and its designated DR replica `east`."""
    link = google.network()
    google.make(google.sql(), instance("west", "us-west1", link))
    google.make(google.sql(), instance("east", "us-east1", link, masterInstanceName="west"))
    cluster = {"replicationCluster": {"failoverDrReplicaName": "east"}}
    assert google.ask("PATCH", google.sql("west"), cluster)[0] == 200
    return google
