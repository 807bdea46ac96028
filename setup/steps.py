"""What every step of set-up shares: a line of progress, and the way it stops."""

import os
import subprocess
from collections.abc import Sequence


class Stopped(Exception):
    """Set-up cannot go on; the text says what is missing and the one command that brings it."""


def say(message: str) -> None:
    """One line of progress."""
    print(f"setup: {message}", flush=True)


def run(command: Sequence[str], **environment: str) -> None:
    """Runs `command` with its output shown and no input; raises Stopped where it fails."""
    done = subprocess.run(
        list(command),
        check=False,
        stdin=subprocess.DEVNULL,
        # One stream, so that whoever shows it can show it in order.
        stderr=subprocess.STDOUT,
        env={**os.environ, **environment},
    )
    if done.returncode:
        raise Stopped(f"failed (exit code {done.returncode}): {' '.join(command)}")
