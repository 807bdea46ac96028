"""A process that something remembers: told from its corpse and from a stranger of its number."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tricenter.cli.engine import Engine, StackBusy
from tricenter.drills.journal import Journal
from tricenter.lab.processes import is_alive
from tricenter.offline.daemon import Daemon
from tricenter.setup import living
from tricenter.setup.living import lives_since, started

LONG_AGO = 1_000_000_000.0


@pytest.fixture
def child() -> Iterator[subprocess.Popen[bytes]]:
    """A process that only waits."""
    process = subprocess.Popen(["sleep", "600"])
    yield process
    process.kill()
    process.wait()


@pytest.fixture
def zombie(child: subprocess.Popen[bytes]) -> int:
    """The number of a process that was killed and that nobody has asked how it ended."""
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    os.kill(child.pid, 0)  # it still answers to a signal
    return child.pid


def journal(process: int, start: str) -> Journal:
    """A drill's journal that was begun by a process."""
    words = dict.fromkeys(("run", "scenario", "spec", "stack", "pulumi", "engine", "expires"), "x")
    return Journal(process=process, started=start, **words)


def test_a_living_process_is_known_by_its_start(child: subprocess.Popen[bytes]) -> None:
    """The same answer twice, and another one for another process."""
    assert started(child.pid) == started(child.pid) != ""
    assert lives_since(child.pid, time.time(), "pulumi")
    assert is_alive(child.pid)
    assert journal(child.pid, started(child.pid)).running


def test_a_corpse_does_not_live(zombie: int) -> None:
    """Also as long as its parent has not asked for it."""
    assert started(zombie) == ""
    assert not lives_since(zombie, time.time(), "pulumi")
    assert not is_alive(zombie)
    assert not journal(zombie, "").running
    assert not journal(zombie, "1").running


def test_a_stranger_with_the_number_is_another(child: subprocess.Popen[bytes]) -> None:
    """It began after the lock or the journal was written."""
    assert not lives_since(child.pid, LONG_AGO, "pulumi")
    assert not journal(child.pid, "1").running


def test_a_clock_that_was_set_takes_nothing_away(child: subprocess.Popen[bytes]) -> None:
    """A process of the very program may be the one that wrote the time, before it was moved."""
    assert lives_since(child.pid, LONG_AGO, "sleep")


def test_the_start_is_when_the_process_began() -> None:
    """As the clock of the machine has it, within the second that the boot's time is cut to."""
    before = time.time()
    process = subprocess.Popen(["sleep", "600"])
    try:
        assert lives_since(process.pid, time.time(), "pulumi")
        assert not lives_since(process.pid, before - 10, "pulumi")
    finally:
        process.kill()
        process.wait()


def test_without_proc_the_system_is_asked(
    child: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """`ps` tells the same, as on systems that have no /proc."""
    monkeypatch.setattr(living, "PROC", tmp_path)
    assert re.match(r"\w{3} \w{3} +\d+ [\d:]+ \d{4}$", started(child.pid))
    assert lives_since(child.pid, time.time(), "pulumi")
    assert not lives_since(child.pid, LONG_AGO, "pulumi")
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert started(child.pid) == ""


def engine_locked_by(folder: Path, pid: int, moment: float) -> Engine:
    """An engine whose stack is locked by a process since a moment, as Pulumi 3.250 words it."""
    at = datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    words = (
        "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) "
        f"to end or delete the lock file with `pulumi cancel`.\\n  file:///x/{pid}.json: "
        f"created by root@{socket.gethostname()} (pid {pid}) at {at}"
    )
    program = folder / "pulumi"
    program.write_text(
        f"#!{sys.executable}\n"
        "import pathlib, sys\n"
        f"lock = pathlib.Path({str(folder / 'lock')!r})\n"
        "if sys.argv[1] == 'cancel':\n"
        "    lock.unlink()\n"
        "elif lock.exists():\n"
        f"    sys.exit('{words}')\n"
    )
    program.chmod(0o755)
    (folder / "lock").touch()
    environment = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"}
    return Engine(root=folder, stack="dev", environment=environment)


def test_the_lock_of_a_killed_engine_is_broken(
    zombie: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also while nobody has asked for its end, as in a container that reaps nothing."""
    engine = engine_locked_by(tmp_path, zombie, time.time())
    monkeypatch.setenv("PATH", engine.environment["PATH"])
    list(engine.run("up"))
    assert not (tmp_path / "lock").exists()


def test_the_lock_of_a_stranger_is_broken(
    child: subprocess.Popen[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its number was given anew after the lock was made."""
    engine = engine_locked_by(tmp_path, child.pid, LONG_AGO)
    monkeypatch.setenv("PATH", engine.environment["PATH"])
    list(engine.run("up"))
    assert not (tmp_path / "lock").exists()


def test_the_lock_of_a_living_engine_stays(
    child: subprocess.Popen[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two engines at one state would tear it."""
    engine = engine_locked_by(tmp_path, child.pid, time.time())
    monkeypatch.setenv("PATH", engine.environment["PATH"])
    with pytest.raises(StackBusy, match=f"pid {child.pid}"):
        list(engine.run("up"))
    assert (tmp_path / "lock").exists()


def test_an_emulated_cloud_is_no_corpse(zombie: int, tmp_path: Path) -> None:
    """What it has written down of itself is not believed after its death."""
    (tmp_path / "server.json").write_text(
        f'{{"pid": {zombie}, "started": "", "url": "http://127.0.0.1:9"}}'
    )
    assert not Daemon(title="cloud", module="none").stop(tmp_path)
