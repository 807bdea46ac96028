"""A spec that is edited reaches a running self-managed cluster by `up` alone, with the engine."""

import json
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.offline.reference_walk import Begin, Walk
from tests.offline.small_spec import KEPT, small_spec

pytestmark = [pytest.mark.cloud, pytest.mark.long, pytest.mark.timeout(900)]

LONGEST_S = 120.0


def edited(path: Path, mode: str) -> Path:
    """The small reference on machines of our own, with a commit mode."""
    spec: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    database = spec["databases"][KEPT]
    database |= {"version": "16", "aws": {"service": "self-managed", "instance": "m6g.large"}}
    database["commit"] = {"mode": mode, "acks": 1}
    database["replicas"] = {"changi": {"voter": True}, "tokyo-1": {"voter": True}}
    path.write_text(yaml.safe_dump(spec, sort_keys=False), encoding="utf-8")
    return path


def status(walk: Walk) -> dict[str, Any]:
    """`tricenter status`, whatever its exit code; empty while nobody can be asked."""
    command = ["tricenter", "status", "--stack", walk.stack, "--format", "json"]
    done = subprocess.run(command, env=walk.environment, capture_output=True, text=True)
    return json.loads(done.stdout) if done.stdout.startswith("{") else {}


def until(walk: Walk, codes: set[str]) -> dict[str, Any]:
    """The status once these and no other things are unwell."""
    ends = time.monotonic() + LONGEST_S
    while True:
        said = status(walk)
        if {entry["code"] for entry in said.get("unwell", [{"code": "unasked"}])} == codes:
            return said
        assert time.monotonic() < ends, json.dumps(said)[:2000]
        time.sleep(1)


def test_a_changed_commit_mode_changes_the_cluster(begin: Begin, tmp_path: Path) -> None:
    """From quorum to sync: the preview warns of nothing before, `pulumi up` changes the members.

    No verb of ours is run between: the machines take it from their buckets by themselves.
    """
    spec = edited(small_spec("aws", tmp_path), "quorum")
    walk = begin("aws", spec=spec)
    walk.tricenter("up", "--stack", walk.stack, "--yes")
    until(walk, set())
    assert "warning[" not in walk.tricenter("preview", "--stack", walk.stack)
    edited(spec, "sync")
    said = walk.tricenter("preview", "--stack", walk.stack)
    assert "warning[settings-drift] ledger-a: synchronous_mode is quorum, the plan says on" in said
    walk.pulumi("up", "--yes", "--skip-preview")
    until(walk, set())
    walk.unchanged()
    walk.pulumi("destroy", "--yes", "--skip-preview")
