"""A center whose disks are gone, on the real lab: built anew by a deployment, clients writing."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tricenter.lab.stack import Stack
from tricenter.lab.sweep import leftovers
from tricenter.policies.records.drill import RebuildPart, Record, read_record

pytestmark = [pytest.mark.lab, pytest.mark.long, pytest.mark.timeout(900)]

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [str(Path(sys.prefix) / "bin" / "tricenter"), "drill"]


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """An environment whose drills are these tests' own; they are taken away in any case."""
    folder = tmp_path_factory.mktemp("state")
    environment = {**os.environ, "XDG_STATE_HOME": str(folder)}
    yield environment
    subprocess.run([*COMMAND, "clean"], env=environment, cwd=ROOT, check=False)


@pytest.mark.parametrize(
    "options",
    [["lose-site"], ["lose-site:tianfu", "--without-pulumi"]],
    ids=["leader-by-the-engine", "repository"],
)
def test_a_destroyed_site_is_built_anew(
    options: list[str], state: dict[str, str], tmp_path: Path
) -> None:
    """New copies of the same cluster, a new voice in place of the dead one, and nothing lost."""
    record = drilled(options, state, tmp_path)
    part = record.rebuild
    assert part is not None
    show(part)
    assert part.failed is None
    assert part.lost == 0 and part.acknowledged > 100
    assert all(unit.measured.lost == 0 for unit in record.units)
    assert {copy.database for copy in part.copies} == {"ledger-a", "ledger-b"}
    for copy in part.copies:
        assert copy.same_cluster and copy.files > 100 and copy.files_old == 0
    for voice in part.voices:
        assert len(voice.after) == 1 and voice.after != voice.before
    verdicts = {check.id: (check.verdict, check.text) for check in record.checks}
    for check in ("no_lost_writes", "members_alike", "one_leader", "rejoined_without_copy"):
        assert verdicts[check][0] == "pass", verdicts[check]
    assert record.leftovers == ()


def drilled(options: list[str], state: dict[str, str], folder: Path) -> Record:
    """The record of one drill; its verdict may be fail on a slow machine, for its times."""
    done = subprocess.run(
        [*COMMAND, "run", *options, "--records", str(folder)],
        env=state, cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    sys.stdout.write(done.stdout + done.stderr)
    assert done.returncode in {0, 1}
    (path,) = folder.glob("*.json")
    return read_record(path)


def show(part: RebuildPart) -> None:
    """Print the times, which are judged by drills and not asserted here."""
    print(f"streams after {part.streaming_seconds} s, deployed in {part.deployed_seconds} s")
    print(f"longest pause {part.pause}, at the loss {part.pause_at_loss}")
    print(f"status afterwards: {part.unwell}")


def test_a_drill_killed_without_the_disk_is_cleaned(state: dict[str, str], tmp_path: Path) -> None:
    """After kill -9 while a host has no disk, `drill clean` leaves nothing, nor do its clients."""
    process = subprocess.Popen(
        [*COMMAND, "run", "lose-site:tianfu", "--records", str(tmp_path)], env=state, cwd=ROOT
    )
    journal = await_step(Path(state["XDG_STATE_HOME"]), "destroy", process)
    disk = Stack(journal["stack"]).path / "hosts" / "tianfu" / "disk.img"
    deadline = time.monotonic() + 60
    while disk.exists():
        assert time.monotonic() < deadline and process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert leftovers(journal["stack"])
    subprocess.run([*COMMAND, "clean", journal["run"]], env=state, cwd=ROOT, check=True)
    assert leftovers(journal["stack"]) == ()
    settings = ROOT / "stacks" / f"Pulumi.{journal['pulumi']}.yaml"
    assert not settings.exists()


def await_step(
    folder: Path, step: str, process: "subprocess.Popen[bytes]", patience: float = 300.0
) -> dict[str, str]:
    """The journal of the drill that runs, once it has begun a step."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        assert process.poll() is None, "the drill ended by itself"
        for path in (folder / "tricenter" / "drills").glob("*/journal.json"):
            journal = json.loads(path.read_text())
            if journal["process"] == process.pid and any(
                entry["name"] == step for entry in journal["steps"]
            ):
                return journal
        time.sleep(0.1)
    raise AssertionError(f"step {step} did not begin")
