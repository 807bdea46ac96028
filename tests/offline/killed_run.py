"""An `up` that is killed without a word half-way, in a walk."""

import json
import os
import signal
import subprocess
import time
from typing import Any

from tests.engine import SAVED_AT_THE_END
from tests.offline.reference_walk import ROOT, Walk

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


def up_after_a_kill(walk: Walk, resources: int) -> None:
    """Deploy a stack whose first deployment is killed once so many resources are there."""
    assert kill_at(walk, resources) > 0
    walk.tricenter("up", "--yes", "--stack", walk.stack)
    assert "a run was interrupted at" in walk.logs[-1]
    assert not state(walk).get("pending_operations")
