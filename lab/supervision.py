"""The first process of a running host: finding it, and asking it, from outside."""

from typing import Any

from tricenter.lab.errors import LabError
from tricenter.lab.machine import machine_of
from tricenter.lab.processes import tagged
from tricenter.lab.question import put_question
from tricenter.lab.stack import Stack
from tricenter.lab.waits import TIMEOUTS


def pid_one(stack: Stack, host: str) -> int | None:
    """The host's first process as numbered outside; None when the host is off."""
    folder = stack.path / "hosts" / host
    if not folder.exists():
        return None
    machine = machine_of(stack)
    try:
        pid = int((folder / "pid").read_text())
    except (OSError, ValueError):
        pid = 0
    if pid and machine.is_first(pid, stack, host):
        return pid
    # Without a note, as after a boot that was killed half-way, the machine itself is asked.
    marks = (mark.pid for mark in tagged() if (mark.stack, mark.host) == (stack.id, host))
    return next((found for found in marks if machine.is_first(found, stack, host)), None)


def ask(stack: Stack, host: str, request: dict[str, Any]) -> dict[str, Any] | None:
    """One request to a host's supervisor; None when the host is off."""
    pid = pid_one(stack, host)
    if pid is None:
        return None
    folder = f"{machine_of(stack).run_folder(stack, host, pid)}/tricenter"
    who = f"the supervisor of host {host}"
    reply = put_question(folder, "supervisor.sock", request, TIMEOUTS.boot, who)
    if reply is None:
        return None
    if "error" in reply:
        raise LabError(f"host {host}: {reply['error']}")
    return reply
