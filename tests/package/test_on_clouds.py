"""The program in YAML on emulated clouds: made, found unchanged and removed."""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
import yaml

from tests import real_gcp_plugin
from tests.package.project import ROOT, STACK, in_yaml, needs_yaml
from tricenter.offline import session
from tricenter.setup.toolchain import search_path

pytestmark = [pytest.mark.cloud, pytest.mark.long]

NAME_SERVERS = {"aws": "nameServersRoute53", "gcp": "nameServersCloudDns"}
LEAVE_OUT = ("backups", "vaults", "drills", "partners")


def small(cloud: str) -> dict[str, Any]:
    """The reference of a cloud with one database and without cold copies, as an object."""
    spec = yaml.safe_load((ROOT / f"stacks/ledger-{cloud}.yaml").read_text())
    for part in LEAVE_OUT:
        spec.pop(part)
    del spec["databases"]["ledger-b"]
    spec["objectives"] = {"lose-site": spec["objectives"]["lose-site"]}
    return spec


@pytest.fixture
def offline(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Mapping[str, str]]:
    """The environment in which a cloud is emulated, with a state of its own."""
    cloud: str = request.param
    path = search_path()
    if cloud == "gcp":
        path = os.pathsep.join([str(real_gcp_plugin.require().parent), path])
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "clouds"))
    emulated = session.start(cloud, path)
    yield {**os.environ, **session.environment((emulated,), {**os.environ, "PATH": path})}
    session.stop(cloud)


def disaster_replicas(offline: Mapping[str, str]) -> list[str]:
    """The replicas that leaders of the emulated Cloud SQL name for disasters."""
    home = f"{offline['GOOGLE_SQL_CUSTOM_ENDPOINT']}projects/{offline['GOOGLE_PROJECT']}"
    asked = Request(f"{home}/instances")  # noqa: S310 - 127.0.0.1
    asked.add_header("Authorization", f"Bearer {offline['GOOGLE_OAUTH_ACCESS_TOKEN']}")
    with urlopen(asked, timeout=30) as answer:  # noqa: S310 - 127.0.0.1
        instances = json.load(answer)["items"]
    clusters = [instance.get("replicationCluster") or {} for instance in instances]
    return [str(one["failoverDrReplicaName"]) for one in clusters if "failoverDrReplicaName" in one]


@needs_yaml
@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("offline", "cloud"), [("gcp", "gcp"), ("aws", "aws")], indirect=["offline"]
)
def test_from_up_to_destroy(offline: Mapping[str, str], cloud: str, tmp_path: Path) -> None:
    """All of it by the engine alone, from a program that has no Python in it."""
    project = in_yaml(tmp_path, small(cloud), environment=offline)
    project.pulumi("config", "set", "target", cloud)
    project.pulumi("config", "set", "tricenter:profile", "drill")
    # So small a spec keeps few of the rules.
    project.pulumi("config", "set", "tricenter:enforce", "advisory")
    project.done("up", "--yes", "--skip-preview")
    made = json.loads(project.done("stack", "export"))["deployment"]["resources"]
    (root,) = (one for one in made if one["type"] == "tricenter:index:Topology")
    assert root["outputs"]["stack"] == f"ledger-{STACK}"
    assert root["outputs"][NAME_SERVERS[cloud]]
    assert sum(one["custom"] for one in made) > 40
    if cloud == "gcp":
        assert disaster_replicas(offline) == [f"tricenter-offline:ledger-{STACK}-tokyo-1-ledger-a"]
    project.done("preview", "--expect-no-changes")
    project.done("destroy", "--yes", "--skip-preview")
    assert "resources" not in json.loads(project.done("stack", "export"))["deployment"]
