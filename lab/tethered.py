"""A program that lives no longer than the verb that started it.

`python -m tricenter.lab.tethered PROGRAM ARGUMENT...` runs it until standard input ends. The verb
holds the other end of that pipe: however it dies, the kernel closes it. The program dies as well
when this one is killed. Light modules of the standard library only: it runs inside a host.
"""

from __future__ import annotations

import ctypes
import os
import select
import signal
import subprocess
import sys

PR_SET_PDEATHSIG = 1
PATIENCE_S = 10.0
LOOK_S = 0.2

libc = ctypes.CDLL(None)


def die_with_parent() -> None:
    """In the child, before it turns into the program: the kernel ends it with its parent."""
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def run(argv: list[str]) -> int:
    """Run a program until it ends or standard input does; its exit code, negative for a signal."""
    # Safe here: this process has one thread.
    child = subprocess.Popen(argv, stdin=subprocess.DEVNULL, preexec_fn=die_with_parent)  # noqa: PLW1509
    while child.poll() is None:
        ready, _, _ = select.select([0], [], [], LOOK_S)
        if ready and not os.read(0, 4096):
            child.terminate()
            try:
                return child.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                child.kill()
    return child.wait()


if __name__ == "__main__":
    sys.exit(abs(run(sys.argv[1:])))
