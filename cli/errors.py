"""What a user sees when a command fails: one message, an exit code, never a traceback."""

import errno
import subprocess
import sys
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

FINE = 0
PROBLEM = 1  # a bad spec, a violation, a drill that failed
WRONG_USE = 2
BUG = 3
ENVIRONMENT = 4  # the machine, the lab or the engine failed
INTERRUPTED = 130  # what a shell reports for an interrupted program

LOGS_KEPT = 20
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}
"""What the system says where it cannot take what is written."""


def report(error: BaseException) -> int:
    """Tells the user about `error` on standard error; returns the exit code.

    An exception of ours may carry its code as the class attribute `exit_code`; the default is 1.
    """
    from tricenter.topology.errors import TricenterError

    if isinstance(error, KeyboardInterrupt):
        _say("interrupted")
        return INTERRUPTED
    if isinstance(error, TricenterError):
        diagnostics = getattr(error, "diagnostics", ())
        for diagnostic in diagnostics:
            print(diagnostic, file=sys.stderr)
        if not diagnostics:
            _say(f"error: {error}")
        return int(getattr(error, "exit_code", PROBLEM))
    if isinstance(error, OSError) and error.filename is not None:
        return _report_file(error)
    if isinstance(error, OSError) and error.errno in FULL:
        _say(f"error: cannot write the output: {error.strerror}")
        return ENVIRONMENT
    if isinstance(error, subprocess.CalledProcessError):
        # Only the program's name: arguments may be long and are no help to a user.
        command = cast("str | Sequence[str]", error.cmd)
        name = command.split()[0] if isinstance(command, str) else command[0]
        _say(f"error: {name} failed with exit code {error.returncode}{_last_line(error.stderr)}")
        return ENVIRONMENT
    if isinstance(error, subprocess.TimeoutExpired):
        _say(f"error: a program did not end within {error.timeout:g} s")
        return ENVIRONMENT
    return _report_bug(error)


def _report_file(error: OSError) -> int:
    _say(f"error: {error.filename}: {error.strerror or error}")
    wrong = (FileNotFoundError, IsADirectoryError, NotADirectoryError, FileExistsError)
    return WRONG_USE if isinstance(error, wrong) else ENVIRONMENT


def _report_bug(error: BaseException) -> int:
    _say(f"error: tricenter has a bug: {type(error).__name__}: {error}")
    try:
        path = write_log(error)
    except OSError:
        traceback.print_exception(error)
    else:
        _say(f"the details are in {path}")
    return BUG


def write_log(error: BaseException) -> Path:
    """Writes the traceback of `error` to a new file that only the user reads; returns its path."""
    from tricenter.setup.places import state_directory

    directory = state_directory() / "log"
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    for old in sorted(directory.glob("error-*.txt"))[: -(LOGS_KEPT - 1)]:
        old.unlink(missing_ok=True)
    path = directory / f"error-{datetime.now(UTC):%Y%m%dT%H%M%S.%f}.txt"
    path.touch(mode=0o600)
    path.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    return path


def _last_line(output: object) -> str:
    text = output.decode(errors="replace") if isinstance(output, bytes) else output
    lines = text.strip().splitlines() if isinstance(text, str) else []
    return f": {lines[-1]}" if lines else ""


def _say(message: str) -> None:
    print(f"tricenter: {message}", file=sys.stderr)
