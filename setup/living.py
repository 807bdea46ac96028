"""Whether a process that something remembers by its number still lives: the one probe for all.

A number alone tells little. A process that was killed keeps its number, and still answers to a
signal, until its parent has asked how it ended, which in a container whose first process asks
nobody is for ever; and a number that has become free is given to a stranger.
"""

import os
import subprocess
import time
from pathlib import Path

PROC = Path("/proc")
DEAD = "ZX"
"""States of a process that has ended: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html"""
STARTED = 19
"""Where in the fields after the name the start stands (22 in the manual, which counts from 1)."""
TICKS_S = 1 / os.sysconf("SC_CLK_TCK")
CLOCKS_APART_S = 2.0
"""A lock's time has whole seconds, and so has the time of the boot that starts count from."""


def started(pid: int) -> str:
    """When a process was started, as its system counts it; empty if it is gone or has ended.

    With the number it names one process for as long as the machine runs, whatever is done to the
    clock meanwhile.
    """
    if (PROC / "self" / "stat").exists():
        fields = _stat(pid)
        return "" if not fields or fields[0] in DEAD else fields[STARTED]
    state, _, start = _ps(pid, "state=,lstart=").strip().partition(" ")
    return "" if state[:1] in DEAD else start.strip()


def lives_since(pid: int, moment: float, program: str) -> bool:
    """Whether the process lives that had this number at `moment`, in seconds of the epoch.

    For who wrote down a number and a time, as Pulumi's locks do. One that began later is another;
    but not if it runs the same `program`: then the clock may have been set, and to wait in vain
    harms less than to take away what a living process holds.
    """
    start = started(pid)
    if not start:
        return False
    return _moment(start) <= moment + CLOCKS_APART_S or program in _command(pid)


def _moment(start: str) -> float:
    if not start.isdigit():
        return time.mktime(time.strptime(start, "%a %b %d %H:%M:%S %Y"))
    rows = (PROC / "stat").read_text(encoding="ascii").splitlines()
    boot = next(int(row.split()[1]) for row in rows if row.startswith("btime "))
    return boot + int(start) * TICKS_S


def _stat(pid: int) -> list[str]:
    try:
        text = (PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return text.rpartition(")")[2].split()


def _command(pid: int) -> str:
    """The name of the program that a process runs."""
    try:
        return (PROC / str(pid) / "comm").read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return _ps(pid, "comm=").strip()


def _ps(pid: int, columns: str) -> str:
    command = ["ps", "-o", columns, "-p", str(pid)]
    # The day's and month's names are those of C, whatever the user's language.
    environment = {**os.environ, "LC_ALL": "C"}
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment
    ).stdout
