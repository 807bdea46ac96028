"""The command line around the engine: its events, its locks, its stacks' settings."""

import json
import os
import stat
from pathlib import Path

import pytest

from tricenter.cli import down
from tricenter.cli.engine import Engine, EngineError, forget_encryption
from tricenter.cli.events import Event, read_event
from tricenter.cli.progress import Outcome, follow

URN = "urn:pulumi:dev::tricenter::tricenter:index:Topology$tricenter-lab:index:Host::ledger-a-host"


def step(op: str, event: str = "resOutputsEvent") -> str:
    """A line of the engine about a host."""
    metadata = {"op": op, "urn": URN, "type": "tricenter-lab:index:Host", "detailedDiff": None}
    return json.dumps({"sequence": 1, event: {"metadata": metadata}})


def engine(tmp_path: Path, script: str) -> Engine:
    """An engine whose `pulumi` is a shell script of the test."""
    program = tmp_path / "bin" / "pulumi"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    path = os.pathsep.join([str(program.parent), os.environ["PATH"]])
    return Engine(root=tmp_path, stack="dev", environment={**os.environ, "PATH": path})


def test_steps_are_read() -> None:
    """A line about a resource gives what is done to what."""
    assert read_event(step("create")) == Event(
        stage="done", op="create", type="tricenter-lab:index:Host", name="ledger-a-host"
    )
    assert read_event(step("update", "resOpFailedEvent")).stage == "failed"


@pytest.mark.parametrize("line", ["", "no JSON", "[]", "3", '{"sequence": 1}'])
def test_other_lines_are_passed_over(line: str) -> None:
    """What is no event of ours ends nothing."""
    assert read_event(line) is None


def test_debug_messages_are_not_shown() -> None:
    """The engine's own notes are not for users; its errors are."""
    quiet = {"diagnosticEvent": {"message": "x", "severity": "debug"}}
    loud = {"diagnosticEvent": {"message": "x\n", "severity": "error", "urn": URN}}
    assert read_event(json.dumps(quiet)) is None
    found = read_event(json.dumps(loud))
    assert (found.text, found.name, found.kind) == ("x", "ledger-a-host", "Host")


def test_an_outcome_counts_what_was_made(capsys: pytest.CaptureFixture[str]) -> None:
    """Unchanged resources and components are not counted; each change is one line."""
    outcome = Outcome()
    lines = [step("create"), step("same"), step("update"), step("create", "resourcePreEvent")]
    follow(filter(None, map(read_event, lines)), outcome, live=False)
    assert outcome.sentence().startswith("1 created, 1 updated in ")
    assert capsys.readouterr().err.count("ledger-a-host") == 2


def test_a_failing_engine_is_an_error_of_the_environment(tmp_path: Path) -> None:
    """The engine's last words are in the message, and its events came before."""
    broken = engine(tmp_path, f"echo '{step('create')}'; echo 'error: no space' >&2; exit 255")
    seen = []
    with pytest.raises(EngineError, match="pulumi up failed: no space") as caught:
        seen.extend(broken.run("up"))
    assert caught.value.exit_code == 4
    assert [event.op for event in seen] == ["create"]


def test_a_dead_holders_lock_is_taken_away(tmp_path: Path) -> None:
    """After a killed engine the next verb goes on; a living one is left alone."""
    locked = "error: the stack is currently locked by 1 lock(s).\n  f: created by r@$(hostname)"
    script = f"""
case "$1" in
  cancel) touch {tmp_path}/cancelled ;;
  *) [ -e {tmp_path}/cancelled ] && exit 0
     echo "{locked} (pid $HOLDER) at 2026" >&2; exit 255 ;;
esac"""
    found = engine(tmp_path, script)
    living = Engine(
        root=found.root, stack="dev", environment={**found.environment, "HOLDER": str(os.getpid())}
    )
    with pytest.raises(EngineError, match="busy"):
        list(living.run("up"))
    assert not (tmp_path / "cancelled").exists()
    dead = Engine(
        root=found.root, stack="dev", environment={**found.environment, "HOLDER": "4194304"}
    )
    assert list(dead.run("up")) == []
    assert (tmp_path / "cancelled").exists()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("encryptionsalt: v1:x=\n", None),
        (
            "config:\n  tricenter:target: lab\nencryptionsalt: v1:x=",
            "config:\n  tricenter:target: lab\n",
        ),
        ("config:\n  a: b\n", "config:\n  a: b\n"),
    ],
)
def test_a_removed_stack_leaves_its_settings_as_they_were(
    tmp_path: Path, before: str, after: str | None
) -> None:
    """What `stack init` wrote is taken back; a file of nothing else goes."""
    path = tmp_path / "Pulumi.dev.yaml"
    path.write_text(before)
    forget_encryption(path)
    assert (path.read_text() if path.exists() else None) == after


def test_the_labs_stacks_are_found_in_a_state() -> None:
    """Also one that was only begun when the engine was killed."""
    made = {"type": down.STACK_TYPE, "urn": URN, "inputs": {"stack": "ledger-dev"}}
    begun = {"resource": {"type": down.STACK_TYPE, "urn": URN, "inputs": {"stack": "ledger-x"}}}
    other = {"type": "tricenter-lab:index:Host", "urn": URN, "inputs": {"stack": "no"}}
    state = {"resources": [made, other], "pending_operations": [begun]}
    assert sorted(down.lab_stacks(state)) == ["ledger-dev", "ledger-x"]
    assert list(down.lab_stacks({})) == []


def test_a_protected_stack_is_not_swept() -> None:
    """Profile production refuses `down`, and says how to lift the protection."""
    down.refuse_protected({"resources": [{"urn": URN}]})
    with pytest.raises(EngineError, match=r"1 resources are protected \(ledger-a-host"):
        down.refuse_protected({"resources": [{"urn": URN, "protect": True}]})


def test_the_labs_stack_is_known_without_a_state(tmp_path: Path) -> None:
    """A lost state does not hide a lab: the spec's name and the stack's give its id."""
    (tmp_path / "stacks").mkdir()
    (tmp_path / "Pulumi.yaml").write_text("name: mine\nstackConfigDir: stacks\n")
    (tmp_path / "stacks" / "ledger.yaml").write_text("name: ledger\nsites: {}\n")
    assert down.spec_stack_id(tmp_path, "dev") == "ledger-dev"
    (tmp_path / "stacks" / "Pulumi.dev.yaml").write_text("config: {tricenter:target: aws}\n")
    assert down.spec_stack_id(tmp_path, "dev") is None
    (tmp_path / "stacks" / "Pulumi.dev.yaml").write_text("config: {tricenter:spec: none.yaml}\n")
    assert down.spec_stack_id(tmp_path, "dev") is None
