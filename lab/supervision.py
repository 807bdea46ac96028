"""The first process of a running host: finding it, and asking it, from outside."""

from pathlib import Path
from typing import Any

from tricenter.lab.errors import LabError, OffError
from tricenter.lab.machine import machine_of
from tricenter.lab.processes import tagged
from tricenter.lab.question import put_question
from tricenter.lab.stack import Stack
from tricenter.lab.waits import TIMEOUTS
from tricenter.setup.living import started

NOTE = "pid"
"""Where a host's folder, which only our own user may enter, has its first process."""


def pid_one(stack: Stack, host: str) -> int | None:
    """The host's first process as numbered outside; None when the host is off."""
    folder = stack.path / "hosts" / host
    if not folder.exists():
        return None
    machine = machine_of(stack)
    pid = noted(folder / NOTE)
    if pid and machine.is_first(pid, stack, host):
        return pid
    # Without a note, as after a boot that was killed half-way, the machine itself is asked.
    marks = (mark.pid for mark in tagged() if (mark.stack, mark.host) == (stack.id, host))
    return next((found for found in marks if machine.is_first(found, stack, host)), None)


def note(path: Path, pid: int) -> None:
    """Write down which process is a host's first; its start tells it from a later one."""
    path.write_text(f"{pid} {started(pid)}\n", encoding="ascii")


def noted(path: Path) -> int:
    """The process that was written down, 0 when it lives no more."""
    try:
        pid, _, start = path.read_text(encoding="ascii").strip().partition(" ")
        return int(pid) if start and started(int(pid)) == start else 0
    except (OSError, ValueError):
        return 0


def ask(stack: Stack, host: str, request: dict[str, Any]) -> dict[str, Any] | None:
    """One request to a host's supervisor; None when the host is off."""
    pid = pid_one(stack, host)
    if pid is None:
        return None
    who = f"the supervisor of host {host}"
    try:
        with machine_of(stack).run_folder(stack, host, pid) as run:
            reply = put_question(run / "tricenter", "supervisor.sock", request, TIMEOUTS.boot, who)
    except OffError:
        return None
    if reply is None:
        return None
    if "error" in reply:
        raise LabError(f"host {host}: {reply['error']}")
    return reply
