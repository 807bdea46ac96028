"""One verb at a time changes the roles of a stack, and says for whom it waits."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.test_verbs import Swapped
from tricenter.cli import role_turn as turns
from tricenter.cli.role_change import Deployed, away, moves_to, perform
from tricenter.cli.role_turn import lock_file, role_turn
from tricenter.cli.stack_settings import read_stack_settings
from tricenter.roles.interface import DatabaseRoles, RoleError, Unfollowed
from tricenter.topology.plan import Plan

ROOT = Path(__file__).parent.parent
HOLDS = """
import sys, time
from tricenter.cli.role_turn import role_turn
with role_turn("one", "failover"):
    print("holds", flush=True)
    time.sleep(float(sys.argv[1]))
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory of stacks of the test's own."""
    monkeypatch.setenv("TRICENTER_LAB_HOME", str(tmp_path / "lab"))
    return tmp_path / "lab"


def holder(seconds: float) -> subprocess.Popen[str]:
    """Another process that changes the roles for so long; it has begun when this returns."""
    argv = [sys.executable, "-c", HOLDS, str(seconds)]
    process = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "holds\n"
    return process


def test_a_second_verb_waits_with_a_word(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    """It names the verb and its process once, and begins when that has ended."""
    with holder(1.5) as first:
        with role_turn("one", "switchover"):
            assert first.wait(10) == 0
        said = capsys.readouterr().err
    assert said == (f"stack one: failover, process {first.pid}, is at work; waiting up to 20 s\n")
    assert not home.exists()


def test_a_verb_that_takes_too_long_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second is refused then, and another stack is not concerned."""
    monkeypatch.setattr(turns, "WAIT_S", 0.2)
    with holder(60) as first:
        with (
            pytest.raises(RoleError, match=f"stack one is busy: failover, process {first.pid}"),
            role_turn("one", "switchover"),
        ):
            pytest.fail("two at once")
        with role_turn("two", "switchover"):
            pass
        first.kill()


def test_a_killed_verb_leaves_no_lock(capsys: pytest.CaptureFixture[str]) -> None:
    """The kernel ends the lock with the process, whatever it was doing."""
    with holder(60) as first:
        os.kill(first.pid, signal.SIGKILL)
        first.wait(10)
    began = time.monotonic()
    with role_turn("one", "switchover"):
        assert time.monotonic() - began < 5
    assert capsys.readouterr().err == ""


def test_a_failure_within_is_its_own() -> None:
    """It ends the turn, and is not taken for a busy stack."""
    with pytest.raises(RoleError, match="mine"), role_turn("one", "switchover"):
        raise RoleError("mine")
    with role_turn("one", "switchover"):
        pass


def test_a_cloud_stack_has_a_lock_of_the_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It lies with the user's state, by checkout and stack; a lab's with the labs."""
    assert lock_file("one").parent == tmp_path / "lab"
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr("tricenter.cli.down.spec_stack_id", lambda *_: None)
    assert lock_file("one").parent == tmp_path / "state/tricenter/turns"
    assert lock_file("one") != lock_file("two")


class Late(Swapped):
    """Roles where `dead` ones lead at once, but nobody follows them in time."""

    def switchover(self, plan: Plan, database: str, to: str) -> None:  # noqa: ARG002
        """Move, and say who is late."""
        self.leads[database] = to
        if to in self.dead:
            raise Unfollowed(f"{database} has its new leader, but xihu did not follow it")


def deployed(roles: Swapped) -> Deployed:
    """The example as if it were deployed."""
    settings = read_stack_settings(ROOT, "no-such-stack")
    plan = settings.plan()
    return Deployed(settings=settings, plan=plan, roles=roles, observed=roles.observe(plan))


def test_who_does_not_follow_in_time_is_named_and_the_next_moves() -> None:
    """The database is led as was asked; exit code 1 says that not all is well."""
    roles = Late({"ledger-a": "binjiang", "ledger-b": "xihu"}, {"tianfu"})
    found = deployed(roles)
    moves = moves_to(found, ("ledger-a", "ledger-b"), "tianfu")
    done = perform(moves, lambda name, to: roles.switchover(found.plan, name, to))
    assert done.results == {"ledger-a": "leads", "ledger-b": "leads"}
    assert done.code == 1
    assert len(done.notes) == 2


def test_a_copy_that_was_away_before_is_a_note() -> None:
    """One that went away meanwhile is no such note: that one did follow."""
    roles = Swapped({"ledger-a": "binjiang", "ledger-b": "xihu"}, {"tianfu"})
    found = deployed(roles)
    done = perform(
        moves_to(found, ("ledger-a",), "xihu"),
        lambda name, to: roles.switchover(found.plan, name, to),
    )
    now: Mapping[str, DatabaseRoles] = roles.observe(found.plan)
    (said,) = away(found, done, now)
    assert said.startswith("tianfu did not follow ledger-a before, and does not now")
    roles.dead = {"binjiang"}
    assert away(found, done, roles.observe(found.plan)) == ()
