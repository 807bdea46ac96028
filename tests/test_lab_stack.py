"""A stack's directory, state and lock, without any host."""

import fcntl
import os
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tricenter.lab.errors import LabError
from tricenter.lab.records import HostSpec
from tricenter.lab.stack import Stack, file_lock, list_stacks, read_json, write_json
from tricenter.lab.waits import until


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory of stacks of the test's own, that does not exist yet."""
    path = tmp_path / "lab"
    monkeypatch.setenv("TRICENTER_LAB_HOME", str(path))
    return path


def run(code: str) -> subprocess.CompletedProcess[str]:
    """Run a program of its own."""
    argv = [sys.executable, "-c", code]
    return subprocess.run(argv, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", ["", "A", "-a", "a-", "a.b", "a/b", "..", "a" * 41, "ä", "a\n"])
def test_ids_that_could_not_be_names_are_refused(name: str) -> None:
    """An id must do for folders, namespaces and environments."""
    with pytest.raises(LabError, match="is no stack id"):
        Stack(name)
    with pytest.raises(LabError, match="is no host name"):
        HostSpec(name=name, addresses=("10.0.0.1",), disk_mib=0, kind="client")


def test_state_is_kept(home: Path) -> None:
    """What a stack was made with is read back, private, and made only once."""
    stack = Stack("one")
    with pytest.raises(LabError, match="there is no stack 'one'"):
        stack.state()
    expires = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
    made = stack.create(kind="drill", run_id="7f3a", expires=expires, network="loopback")
    assert stack.create(kind="user") == made == stack.state()
    assert made.expires == "2030-01-02T03:04:05+00:00"
    assert (home / "one").stat().st_mode & 0o777 == 0o700
    assert stack.update(profile="drill").profile == "drill"
    assert [state.id for state in list_stacks()] == ["one"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"schema": 2}', '{"schema": 1}', "\x00"])
def test_damaged_state_is_an_error_with_the_way_out(home: Path, text: str) -> None:
    """A state that cannot be read is no traceback, and does not hide the other stacks."""
    Stack("good").create(network="loopback")
    Stack("bad").create(network="loopback")
    (home / "bad/stack.json").write_text(text)
    with pytest.raises(LabError, match="sweep it"):
        Stack("bad").state()
    assert [state.id for state in list_stacks()] == ["good"]


def test_two_verbs_do_not_run_at_once(home: Path) -> None:
    """The second verb is refused with the name of the first, in this and in another process."""
    stack = Stack("one")
    code = (
        "import sys\nfrom tricenter.lab.stack import Stack\nfrom tricenter.lab.errors import *\n"
        "try:\n    with Stack('one').locked('down'): print('got it')\n"
        "except LabError as error: print(error)\n"
    )
    with stack.locked("up"):
        with pytest.raises(LabError, match=rf"one is busy: up, process {os.getpid()}"):
            stack.locked("down").__enter__()
        other = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=False
        )
        assert other.stdout == f"stack one is busy: up, process {os.getpid()}\n", other.stderr
        with Stack("two").locked("up"):
            pass
    other = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert other.stdout == "got it\n", other.stderr
    assert not home.exists()


def test_a_waiting_verb_gets_its_turn() -> None:
    """Who waits for the lock has it as soon as it is free, though its file was deleted."""
    stack = Stack("one")
    order: list[str] = []
    held = threading.Event()

    def first() -> None:
        with stack.locked("up"):
            held.set()
            until(lambda: waiting.is_alive() and order == ["asks"], 10, "the other verb")
            order.append("up")

    def second() -> None:
        held.wait(10)
        order.append("asks")
        with stack.locked("down", wait=10):
            order.append("down")

    waiting = threading.Thread(target=second)
    threads = [threading.Thread(target=first), waiting]
    for thread in reversed(threads):
        thread.start()
    for thread in threads:
        thread.join(20)
    assert order == ["asks", "up", "down"]


def test_a_lock_on_a_deleted_file_is_none(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever opened the lock just before its holder deleted it tries again with the new file."""
    stack, real, raced = Stack("one"), fcntl.flock, list[bool]()

    def flock(descriptor: int, how: int) -> None:
        if not raced:
            raced.append(True)
            (home / "one.lock").unlink()
            (home / "one.lock").touch()
        real(descriptor, how)

    monkeypatch.setattr("tricenter.lab.stack.fcntl.flock", flock)
    with stack.locked("up", wait=5), pytest.raises(LabError, match="one is busy: up"):
        stack.locked("down").__enter__()


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    """A write that fails leaves the old content and no draft behind."""
    path = tmp_path / "x.json"
    write_json(path, {"a": 1})
    with pytest.raises(TypeError):
        write_json(path, {"a": object()})
    path.parent.chmod(0o500)
    try:
        if os.geteuid() != 0:
            with pytest.raises(PermissionError):
                write_json(path, {"a": 2})
    finally:
        path.parent.chmod(0o700)
    assert read_json(path) == {"a": 1}
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.json"]


def test_changes_by_threads_do_not_overlap(tmp_path: Path) -> None:
    """Read, change and write under a file lock loses no change."""
    path = tmp_path / "count.json"
    write_json(path, 0)

    def count() -> None:
        for _ in range(25):
            with file_lock(tmp_path / "lock"):
                write_json(path, read_json(path) + 1)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert read_json(path) == 100


def test_a_wait_has_an_end_and_a_name() -> None:
    """A condition that never holds ends with what was waited for."""
    with pytest.raises(LabError, match=r"the moon did not happen within 0\.01 s"):
        until(lambda: False, 0.01, "the moon", every=0.001)
    assert until(lambda: "now", 0, "the value") == "now"


def test_a_home_that_goes_while_it_is_made_is_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The last verb of another stack deletes the directory of all just then."""
    stack, real, raced = Stack("one"), Path.mkdir, list[bool]()

    def mkdir(path: Path, *options: Any, **named: Any) -> None:
        if not raced:
            raced.append(True)
            raise FileExistsError(path)
        real(path, *options, **named)

    monkeypatch.setattr(Path, "mkdir", mkdir)
    with stack.locked("up", wait=5):
        assert raced
