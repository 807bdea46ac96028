"""A deployment that is killed without a word, and the next one: nothing broken, nothing double."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from tests.engine import SAVED_AT_THE_END
from tests.offline.reference_walk import ROOT, Begin, Walk
from tests.offline.small_spec import small_spec

pytestmark = [pytest.mark.cloud, pytest.mark.timeout(1200)]

ENOUGH_S = 300


def state(walk: Walk) -> dict[str, Any]:
    """What the engine has written down so far; it writes while it is read."""
    try:
        (file,) = walk.state.rglob(f"{walk.stack}.json")
        return json.loads(file.read_text(encoding="utf-8"))["checkpoint"]["latest"] or {}
    except (ValueError, KeyError):
        return {}


def kill_at(walk: Walk, resources: int) -> int:
    """Kill `up` and everything it started once so many are there; how many were being made."""
    command = ["tricenter", "up", "--yes", "--stack", walk.stack]
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(
        command, cwd=ROOT, env=walk.environment, start_new_session=True, **quiet
    )
    deadline = time.monotonic() + ENOUGH_S
    while process.poll() is None and time.monotonic() < deadline:
        seen = state(walk)
        if len(seen.get("resources", [])) >= resources and seen.get("pending_operations"):
            break
        time.sleep(0.05)
    assert process.poll() is None, f"up ended before it had made {resources} resources"
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    walk.environment |= SAVED_AT_THE_END  # what comes now is not killed
    return len(state(walk)["pending_operations"])


@pytest.mark.parametrize(
    ("target", "resources"), [("aws", 60), pytest.param("gcp", 40, marks=pytest.mark.long)]
)
def test_up_after_a_kill(begin: Begin, tmp_path: Path, target: str, resources: int) -> None:
    """What was begun is taken over; nothing is made twice, and nothing is left in the end."""
    up_again(begin(target, spec=small_spec(target, tmp_path), saves_each_step=True), resources)


@pytest.mark.long
@pytest.mark.parametrize(("target", "resources"), [("aws", 90), ("gcp", 55)])
def test_down_after_a_kill(begin: Begin, tmp_path: Path, target: str, resources: int) -> None:
    """What was begun is taken away too."""
    walk = begin(target, spec=small_spec(target, tmp_path), saves_each_step=True)
    assert kill_at(walk, resources) > 0
    walk.tricenter("down", "--yes", "--stack", walk.stack)
    walk.tricenter("leftovers", "--target", target, "--stack", walk.stack)


@pytest.mark.long
@pytest.mark.parametrize(
    ("target", "resources"), [("aws", 60), ("aws", 130), ("gcp", 40), ("gcp", 90)]
)
def test_up_of_the_reference_after_a_kill(begin: Begin, target: str, resources: int) -> None:
    """The same with all that the reference has, early and late."""
    up_again(begin(target, saves_each_step=True), resources)


def up_again(walk: Walk, resources: int) -> None:
    """Deploy a stack whose first deployment was killed, and remove it."""
    assert kill_at(walk, resources) > 0
    walk.tricenter("up", "--yes", "--stack", walk.stack)
    assert "a run was interrupted at" in walk.logs[-1]
    assert not state(walk).get("pending_operations")
    # One run sees both what the program would change and what the cloud has otherwise.
    walk.pulumi("up", "--refresh", "--yes", "--skip-preview", "--expect-no-changes")
    walk.pulumi("destroy", "--yes", "--skip-preview")
    walk.tricenter("leftovers", "--target", walk.target, "--stack", walk.stack)
