"""A command that says that it failed and does not end is ended, with all that it started."""

import subprocess
from pathlib import Path

import pytest

from tricenter.lab.backup import carry_out as module
from tricenter.lab.backup.carry_out import carry_out

SAID = """\
WARN: unable to check pg3: [ProtocolError] client state is 'data-get' but expected 'idle'
ERROR: [039]: client state is 'data-get' but expected 'idle'
WARN: TLS error [5:0] no details available
"""
"""What pgBackRest 2.45 said when it lost the site of a copy, and then hung (2026-12-01)."""


def run(script: str, longest: float = 60.0) -> tuple[int, str, str]:
    """A shell's script instead of pgBackRest."""
    return carry_out(["/bin/sh", "-c", script], longest)


def test_what_ends_is_as_it_ended() -> None:
    """Its code and both outputs, each whole."""
    assert run("echo one; echo two >&2; echo three; exit 75") == (75, "one\nthree\n", "two\n")
    assert run("head -c 300000 /dev/zero | tr '\\0' x")[1] == "x" * 300000


def test_what_failed_and_hangs_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Also a process that it started, which holds the lock of the stanza."""
    monkeypatch.setattr(module, "ENDS_S", 0.2)
    script = f'sleep 20 & echo $! > {tmp_path}/started; echo "{SAID}" >&2; wait'
    code, _, errors = run(script)
    assert (code, errors.strip()) == (39, SAID.strip())
    started = (tmp_path / "started").read_text().strip()
    state = subprocess.run(["ps", "-o", "state=", started], capture_output=True, text=True).stdout
    assert state.strip() in {"", "Z"}


def test_what_takes_too_long_is_ended() -> None:
    """Where it has said nothing."""
    with pytest.raises(subprocess.TimeoutExpired):
        run("sleep 50", longest=0.1)
