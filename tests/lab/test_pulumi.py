"""The real engine and the real lab: up, up again, a lost site, destroy, and nothing left."""

import json
import os
import signal
import subprocess
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tricenter.cli.down import lab_stacks
from tricenter.cli.engine import Engine, EngineError
from tricenter.cli.events import Event
from tricenter.lab.host import is_on, power_off
from tricenter.lab.roles import observed_roles
from tricenter.lab.stack import Stack
from tricenter.lab.sweep import leftovers, sweep
from tricenter.lab.unit import find_kinds
from tricenter.setup.places import bin_directory, checkout
from tricenter.setup.toolchain import search_path
from tricenter.topology.compile import compile_plan
from tricenter.topology.names import stack_id
from tricenter.topology.validate import load

pytestmark = [pytest.mark.lab, pytest.mark.timeout(900)]

SPEC = checkout() / "stacks" / "ledger.yaml"
FAILOVER_S = 120.0
"""Patience until another site leads; how fast it is, is judged by drills."""
YES = ("--yes", "--skip-preview", "--parallel", "32")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """A Pulumi stack of the test's own, with a backend of its own."""

    engine: Engine
    lab: Stack

    def run(self, verb: str, *flags: str) -> list[Event]:
        """Everything that the engine said; the test fails with its errors."""
        seen: list[Event] = []
        try:
            seen.extend(self.engine.run(verb, *flags))
        except EngineError as error:
            said = [event.text for event in seen if event.severity == "error"]
            pytest.fail("\n".join([str(error), *said]))
        return seen

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
        (engine.root / "stacks" / f"Pulumi.{name}.yaml").unlink(missing_ok=True)


def changed(events: list[Event]) -> set[tuple[str, str]]:
    """What was done to which kind of unit."""
    return {
        (event.op, event.kind)
        for event in events
        if event.stage == "done" and event.custom and event.op not in {"same", "refresh"}
    }


def kill_half_way(deployment: Deployment) -> None:
    """Start `pulumi up` and kill it without warning once a host is there."""
    command = ["pulumi", "up", *YES, "--json", "--non-interactive"]
    with subprocess.Popen(
        [*command, "--stack", deployment.engine.stack],
        cwd=deployment.engine.root,
        env=dict(deployment.engine.environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        for line in process.stdout or ():
            if "resOutputsEvent" in line and '"type":"tricenter-lab:index:Host"' in line:
                break
        process.send_signal(signal.SIGKILL)


def secrets_of(lab: Stack) -> list[str]:
    """Every password, key and certificate of the stack; there are some, or the test fails."""
    paths = [path for path in (lab.path / "secrets").rglob("[!.]*") if path.is_file()]
    found = [path.read_text(encoding="utf-8").strip() for path in paths]
    assert len(found) > 3
    assert min(map(len, found)) > 8
    return found


def await_another_leader(lab: Stack, plan: Any, database: str, lost: str) -> None:
    """Return when a site that is not lost leads the database."""
    deadline = time.monotonic() + FAILOVER_S
    while observed_roles(lab, plan).get(database, lost) == lost:
        assert time.monotonic() < deadline, f"nobody leads {database} without {lost}"
        time.sleep(0.5)


def test_a_deployment_from_first_to_last(deployment: Deployment) -> None:
    """Killed, deployed, deployed again, refreshed, a leader's site lost, repaired, destroyed."""
    engine, lab = deployment.engine, deployment.lab
    plan = compile_plan(load(SPEC))

    engine.make()
    kill_half_way(deployment)
    assert leftovers(lab.id)
    down = deployment.tricenter("down", "--yes")
    assert down.returncode == 0, down.stderr
    assert leftovers(lab.id) == ()
    assert deployment.tricenter("leftovers").stdout == "nothing is left\n"
    assert not engine.exists()

    engine.make()
    made = changed(deployment.run("up", *YES))
    assert {kind for op, kind in made if op == "create"} >= {"Host", "Store", "Member"}
    assert changed(deployment.run("up", *YES)) == set()
    deployment.run("refresh", "--yes", "--skip-preview", "--expect-no-changes")

    state = engine.state()
    assert list(lab_stacks(state)) == [lab.id]
    text = json.dumps(state)
    held = [found for found in secrets_of(lab) if json.dumps(found)[1:-1] in text]
    assert held == []

    lost = observed_roles(lab, plan)["ledger-a"]
    power_off(lab, lost)
    await_another_leader(lab, plan, "ledger-a", lost)
    repaired = changed(deployment.run("up", *YES))
    holding = {n.capitalize() for n, k in find_kinds().items() if getattr(k, "HOLDS_DATA", False)}
    assert ("update", "Host") in repaired
    assert {op for op, _ in repaired} == {"update"}
    assert {kind for _, kind in repaired} & holding <= {"Host", "Member", "Store"}
    assert is_on(lab, lost)
    assert observed_roles(lab, plan)["ledger-a"] != lost

    deployment.run("destroy", "--yes", "--skip-preview")
    assert leftovers(lab.id) == ()
    engine.remove()
