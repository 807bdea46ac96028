"""The verbs on roles over a real lab: handed over, forced, given back, and nothing to change."""

import json
import os
import subprocess
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tricenter.cli.engine import Engine
from tricenter.lab.host import power_off
from tricenter.lab.stack import Stack
from tricenter.lab.sweep import leftovers, sweep
from tricenter.setup.places import bin_directory, checkout
from tricenter.setup.toolchain import search_path
from tricenter.topology.names import stack_id

pytestmark = [pytest.mark.lab, pytest.mark.timeout(900)]

NOTHING = ["preview: nothing to change"]
CITY = ("binjiang", "xihu")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """A Pulumi stack of the test's own, with a backend of its own."""

    engine: Engine
    lab: Stack

    def tricenter(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command of ours in the same environment."""
        return subprocess.run(
            [str(bin_directory() / "tricenter"), *arguments, "--stack", self.engine.stack],
            cwd=self.engine.root,
            env=dict(self.engine.environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def verb(self, *arguments: str) -> dict[str, Any]:
        """What a verb did; the test fails when it fails."""
        done = self.tricenter(*arguments, "--yes", "--format", "json")
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)

    def leaders(self) -> dict[str, str | None]:
        """Who leads what, by the status; it may be that not all is well."""
        told = json.loads(self.tricenter("status", "--format", "json").stdout)
        return {d["name"]: d["leader"] for d in told["databases"]}


@pytest.fixture
def deployment(tmp_path: Path) -> Iterator[Deployment]:
    """A stack that is not there yet, and of which nothing is there afterwards."""
    name = f"t{uuid.uuid4().hex[:6]}"
    (tmp_path / "state").mkdir()
    environment = {
        **os.environ,
        "PATH": search_path(),
        "PULUMI_BACKEND_URL": f"file://{tmp_path}/state",
        "PULUMI_CONFIG_PASSPHRASE": "of this test",
        "PULUMI_SKIP_UPDATE_CHECK": "1",
    }
    engine = Engine(root=checkout(), stack=name, environment=environment)
    lab = Stack(stack_id("ledger", name))
    try:
        yield Deployment(engine=engine, lab=lab)
    finally:
        sweep(lab.id)
        assert leftovers(lab.id) == ()
        (engine.root / "stacks" / f"Pulumi.{name}.yaml").unlink(missing_ok=True)


def results(told: dict[str, Any]) -> dict[str, str]:
    """What became of each database that a verb moved."""
    return {move["database"]: move["result"] for move in told["moves"]}


def test_roles_move_and_nothing_is_left_to_change(deployment: Deployment) -> None:
    """Switchover, a lost city forced and let in again, failback: each ends without a difference."""
    deployment.verb("up")

    told = deployment.verb("switchover", "--to", "xihu")
    assert results(told) == {"ledger-a": "leads"}
    assert (told["preview"], told["notes"]) == ([], NOTHING)
    assert deployment.leaders() == {"ledger-a": "xihu", "ledger-b": "xihu"}

    one = ("--database", "ledger-b", "--accept-loss", "30s")
    told = deployment.verb("failover", "--to", "tianfu", *one)
    assert results(told) == {"ledger-b": "leads"}
    assert told["losses"]["ledger-b"]["seconds"] <= 30
    assert told["preview"] == []

    for site in CITY:
        power_off(deployment.lab, site)
    refused = deployment.tricenter("failover", "--to", "tianfu", "--yes")
    assert refused.returncode == 1
    assert "ledger-a may lose " in refused.stderr
    assert "--accept-loss" in refused.stderr
    assert deployment.leaders()["ledger-a"] is None

    told = deployment.verb("failover", "--to", "tianfu", "--accept-loss", "unknown")
    assert results(told)["ledger-a"] == "leads"
    assert deployment.leaders() == {"ledger-a": "tianfu", "ledger-b": "tianfu"}
    assert {step["name"].split("-")[1] for step in told["preview"]} <= set(CITY)

    fenced = deployment.tricenter("up", "--yes")
    assert fenced.returncode == 1
    assert "binjiang, xihu are fenced" in fenced.stderr

    told = deployment.verb("failback")
    assert told["readmitted"] == list(CITY)
    assert told["preview"] == []
    assert deployment.leaders() == {"ledger-a": "binjiang", "ledger-b": "xihu"}

    assert deployment.verb("up")["steps"] == []
    refresh = ("--yes", "--skip-preview", "--expect-no-changes")
    seen = list(deployment.engine.run("refresh", *refresh))
    assert seen
    deployment.verb("down")
