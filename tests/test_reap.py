"""`tricenter reap`: only what says when it expires, and has, is taken away."""

import json
import os
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tricenter.cli import reap
from tricenter.cli.app import run
from tricenter.cli.expiry import has_expired, read_time
from tricenter.drills.cloud.leftovers import Leftover, Scan
from tricenter.drills.journal import Journal
from tricenter.lab.stack import Stack, list_stacks
from tricenter.topology.gcp_names import label_value

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
PAST, FUTURE = (NOW + timedelta(hours=hours) for hours in (-1, 1))


@given(st.integers(0, 10**8))
def test_a_label_says_the_same_as_a_tag(seconds: int) -> None:
    """Google's labels change the signs of a time, not the time."""
    text = (NOW + timedelta(seconds=seconds)).isoformat(timespec="seconds")
    assert read_time(label_value(text)) == read_time(text)


@pytest.mark.parametrize("text", ["soon", "2026", "2026-13-01T00:00:00+00:00", "12:00"])
def test_what_is_no_time_has_not_expired(text: str) -> None:
    """A damaged expiry is told; nothing is taken away by it."""
    with pytest.raises(ValueError, match="is no time such as"):
        has_expired(text, NOW)


def test_without_an_expiry_nothing_expires() -> None:
    """A stack that says nothing stays for ever."""
    assert not has_expired(None, NOW)
    assert not has_expired("", NOW)
    assert has_expired(NOW.isoformat(), NOW)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine of the test's own: labs, drills, an engine that has no stacks."""
    monkeypatch.setenv("TRICENTER_LAB_HOME", str(tmp_path / "lab"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(reap, "_stacks", lambda: iter(()))
    return tmp_path


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, object]]:
    """The exit code, and what the command printed as JSON."""
    code = run(["reap", "--format", "json", "--as-of", NOW.isoformat(), *arguments])
    return code, json.loads(capsys.readouterr().out)


def test_only_expired_labs_go(machine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of a user's lab, one that lasts and one whose time is over, the last goes."""
    Stack("mine").create(network="loopback")
    Stack("later").create(network="loopback", kind="drill", run_id="1", expires=FUTURE)
    Stack("over").create(network="loopback", kind="drill", run_id="2", expires=PAST)

    code, dry = told(capsys, "--dry-run")
    assert code == 0
    assert [(e["name"], e["result"]) for e in dry["expired"]] == [("over", "would be taken away")]
    assert len(list_stacks()) == 3

    code, real = told(capsys)
    assert code == 0
    assert [(e["name"], e["result"]) for e in real["expired"]] == [("over", "taken away")]
    assert [state.id for state in list_stacks()] == ["later", "mine"]
    assert told(capsys)[1]["expired"] == []


def test_a_running_drill_is_left_alone(machine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A drill that takes longer than its life is no leftover, and neither is its lab."""
    journal = Journal(
        run="abc123",
        scenario="lose-site",
        spec="stacks/ledger.yaml",
        stack="ledger-drill-abc123",
        pulumi="drill-abc123",
        engine="lab",
        expires=PAST.isoformat(),
        process=2**22,
    )
    journal.store()
    Stack(journal.stack).create(network="loopback", kind="drill", run_id="x", expires=PAST)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Journal, "running", property(lambda _: True))
        assert told(capsys)[1]["expired"] == []
    code, after = told(capsys)
    assert code == 0
    assert [(e["kind"], e["name"]) for e in after["expired"]] == [("drill", "abc123")]
    assert list_stacks() == ()
    assert not journal.folder.exists()


def test_a_damaged_expiry_is_told_and_not_touched(
    machine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What cannot be judged is a problem for a person."""
    stack = Stack("odd")
    stack.create(network="loopback", kind="drill", run_id="3", expires=PAST)
    stack.update(expires="next week")
    code, found = told(capsys)
    assert code == 1
    assert found["expired"] == []
    assert "lab odd: its expiry is wrong: 'next week' is no time" in str(found["problems"])
    assert stack.exists


def test_stacks_of_the_engine_are_judged_by_their_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine's stacks are looked at one by one; one without an expiry is never named."""
    (tmp_path / "stacks").mkdir()
    (tmp_path / "Pulumi.yaml").write_text(PROJECT)
    for name, line in (
        ("keep", "tricenter:target: lab"),
        ("over", f"tricenter:expires: '{PAST.isoformat()}'"),
    ):
        (tmp_path / "stacks" / f"Pulumi.{name}.yaml").write_text(f"config:\n  {line}\n")
    program = tmp_path / "bin" / "pulumi"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\necho \'[{"name": "keep"}, {"name": "over"}]\'\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    from tricenter.cli import engine

    made = engine.Engine(
        root=tmp_path,
        stack="none",
        environment={**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}"},
    )
    monkeypatch.setattr(engine, "open_engine", lambda _: made)
    assert [(name, expires) for name, expires, _ in reap._stacks()] == [("over", PAST.isoformat())]


PROJECT = "name: tricenter\nstackConfigDir: stacks\n"
THING = Leftover(
    stack="ledger-over",
    cloud="aws",
    kind="ec2 vpc",
    name="vpc-1",
    place="ap-southeast-1",
    topology="ledger",
    expires=PAST.isoformat(),
)


def test_tags_end_a_stack_of_the_engine_and_list_the_rest(
    machine: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stack that has lost its settings is destroyed; what nobody has a state of is listed."""
    other = replace(THING, stack="ledger-lost", name="vpc-2")
    later = replace(THING, stack="ledger-later", name="vpc-3", expires=FUTURE.isoformat())
    there = {THING, other, later}
    monkeypatch.setattr("tricenter.drills.cloud.leftovers.scan", lambda _: Scan(found=set(there)))

    class Known:
        """An engine that has a stack of each name."""

        root = machine

        @staticmethod
        def deployed_stacks() -> tuple[str, ...]:
            return ("later", "kept", "over")

    def destroyed(name: str) -> None:
        there.difference_update({one for one in there if one.stack == f"ledger-{name}"})

    monkeypatch.setattr("tricenter.cli.engine.open_engine", lambda _: Known)
    monkeypatch.setattr(reap, "_end_stack", destroyed)
    # A settings file is a decision: its stack is not judged by tags.
    (machine / "stacks").mkdir()
    (machine / "Pulumi.yaml").write_text(PROJECT)
    (machine / "stacks" / "Pulumi.kept.yaml").write_text("config: {}\n")
    there.add(replace(THING, stack="ledger-kept", name="vpc-4"))

    code, dry = told(capsys, "--dry-run", "--target", "aws")
    assert code == 1
    assert [e["name"] for e in dry["expired"]] == ["over"]
    assert [e["name"] for e in dry["left"]] == ["vpc-4", "vpc-2"]
    code, real = told(capsys, "--target", "aws")
    assert code == 1
    assert [(e["name"], e["result"]) for e in real["expired"]] == [("over", "taken away")]
    assert [e["delete"] for e in real["left"]] == [
        f"aws ec2 delete-vpc --vpc-id {name} --region ap-southeast-1" for name in ("vpc-4", "vpc-2")
    ]
    assert later in there
