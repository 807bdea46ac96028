"""A deployment on AWS that is killed without a word, and the next one: nothing broken or double."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.offline.reference_walk import ROOT, Walk

ENOUGH_S = 300


@pytest.fixture
def walk(tmp_path: Path) -> Iterator[Walk]:
    """A walk with a state of its own."""
    made = Walk("aws", tmp_path / "state")
    try:
        made.begin()
        yield made
    finally:
        made.end()


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
    return len(state(walk)["pending_operations"])


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("resources", [60, 130])
def test_up_after_a_kill(walk: Walk, resources: int) -> None:
    """What was begun is taken over; nothing is made twice, and nothing is left in the end."""
    assert kill_at(walk, resources) > 0
    walk.tricenter("up", "--yes", "--stack", walk.stack)
    assert "a run was interrupted at" in walk.logs[-1]
    assert not state(walk).get("pending_operations")
    walk.unchanged()
    walk.pulumi("destroy", "--yes", "--skip-preview")
    walk.tricenter("leftovers", "--target", "aws", "--stack", walk.stack)


@pytest.mark.timeout(900)
def test_down_after_a_kill(walk: Walk) -> None:
    """What was begun is taken away too."""
    assert kill_at(walk, 90) > 0
    walk.tricenter("down", "--yes", "--stack", walk.stack)
    walk.tricenter("leftovers", "--target", "aws", "--stack", walk.stack)
