"""The real engine and the real lab: killed, deployed, roles moved, sites lost, destroyed.

The tests of one stack follow each other, as its life does.
"""

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.lab.deployment import Deployment, new_deployment
from tricenter.cli.down import lab_stacks
from tricenter.cli.events import Event
from tricenter.lab import patroni
from tricenter.lab.host import is_on, power_off
from tricenter.lab.roles import observed_roles
from tricenter.lab.stack import Stack
from tricenter.lab.sweep import leftovers
from tricenter.lab.unit import find_kinds
from tricenter.setup.places import checkout
from tricenter.topology.compile import compile_plan
from tricenter.topology.plan import Plan
from tricenter.topology.validate import load

pytestmark = [pytest.mark.lab, pytest.mark.timeout(900)]

SPEC = checkout() / "stacks" / "ledger.yaml"
FAILOVER_S = 120.0
"""Patience until another site leads; how fast it is, is judged by drills."""
YES = ("--yes", "--skip-preview", "--parallel", "32")
NOTHING = ["preview: nothing to change"]
CITY = ("binjiang", "xihu")


@pytest.fixture(scope="module")
def plan() -> Plan:
    """The plan of the example."""
    return compile_plan(load(SPEC))


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """The example, deployed once."""
    with new_deployment(tmp_path_factory.mktemp("deployment")) as made:
        made.engine.make()
        events = changed(made.run("up", *YES))
        assert {kind for op, kind in events if op == "create"} >= {"Host", "Store", "Member"}
        yield made


def changed(events: list[Event]) -> set[tuple[str, str]]:
    """What was done to which kind of unit."""
    return {
        (event.op, event.kind)
        for event in events
        if event.stage == "done" and event.custom and event.op not in {"same", "refresh"}
    }


def planned(events: list[Event]) -> set[tuple[str, str]]:
    """What a preview would do to which kind of unit."""
    return {(event.op, event.kind) for event in events if event.custom and event.op != "same"}


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


def results(told: dict[str, Any]) -> dict[str, str]:
    """What became of each database that a verb moved."""
    return {move["database"]: move["result"] for move in told["moves"]}


def test_a_killed_deployment_is_taken_away(tmp_path: Path) -> None:
    """What it had made before it could say so goes too, and the stack is forgotten."""
    with new_deployment(tmp_path) as killed:
        killed.engine.make()
        kill_half_way(killed)
        assert leftovers(killed.lab.id)
        down = killed.tricenter("down", "--yes")
        assert down.returncode == 0, down.stderr
        assert leftovers(killed.lab.id) == ()
        assert killed.tricenter("leftovers").stdout == "nothing is left\n"
        assert not killed.engine.exists()


def test_a_second_run_changes_nothing(deployment: Deployment) -> None:
    """Neither does a refresh; and no secret of the lab is in the engine's state."""
    assert changed(deployment.run("up", *YES)) == set()
    deployment.run("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    state = deployment.engine.state()
    assert list(lab_stacks(state)) == [deployment.lab.id]
    text = json.dumps(state)
    held = [found for found in secrets_of(deployment.lab) if json.dumps(found)[1:-1] in text]
    assert held == []


def test_settings_that_somebody_changed_are_seen_and_mended(
    deployment: Deployment, plan: Plan
) -> None:
    """As with `patronictl edit-config`: status names the promise, preview shows it, up mends it."""
    database = plan.databases[0]
    member = database.members[0]
    patroni.ask(deployment.lab, member, "/config", method="PATCH", body={"synchronous_mode": "off"})
    said = deployment.tricenter("status", "--format", "json")
    told = json.loads(said.stdout)
    assert said.returncode == 1
    assert "settings-drift" in {entry["code"] for entry in told["unwell"]}
    assert any(p["database"] == database.name and not p["kept"] for p in told["promises"])
    assert ("update", "Member") in planned(deployment.run("preview"))
    assert ("update", "Member") in changed(deployment.run("up", *YES))
    assert (patroni.config(deployment.lab, member) or {})["synchronous_mode"] == "quorum"
    assert changed(deployment.run("up", *YES)) == set()


def test_roles_move_and_nothing_is_left_to_change(deployment: Deployment) -> None:
    """Switchover, a lost city forced and let in again, failback: each ends without a difference."""
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


@pytest.mark.parametrize("leads", [False, pytest.param(True, marks=pytest.mark.long)])
def test_a_lost_site_is_repaired_and_roles_stay(
    deployment: Deployment, plan: Plan, leads: bool
) -> None:
    """`up` switches it on again and changes nothing else; who led meanwhile still leads."""
    lab, before = deployment.lab, observed_roles(deployment.lab, plan)
    lost = before["ledger-a"] if leads else "tianfu"
    power_off(lab, lost)
    if leads:
        await_another_leader(lab, plan, "ledger-a", lost)
    repaired = changed(deployment.run("up", *YES))
    holding = {n.capitalize() for n, k in find_kinds().items() if getattr(k, "HOLDS_DATA", False)}
    assert ("update", "Host") in repaired
    assert {op for op, _ in repaired} == {"update"}
    assert {kind for _, kind in repaired} & holding <= {"Host", "Member", "Store"}
    assert is_on(lab, lost)
    after = observed_roles(lab, plan)
    assert lost not in after.values() if leads else after == before


def test_what_is_destroyed_leaves_nothing(deployment: Deployment) -> None:
    """No process, device, mount or folder; and the engine has nothing left either."""
    deployment.run("destroy", "--yes", "--skip-preview")
    assert leftovers(deployment.lab.id) == ()
    deployment.engine.remove()
    assert not deployment.engine.exists()
