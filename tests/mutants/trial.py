"""One run of some tests in a copy of the checkout, of which nothing is left running."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from threading import Event

from tests.mutants.copies import MARK, Copy, marked

TICK_S, GRACE_S = 0.1, 15.0
TIMED_OUT = -1
"""Stands for the exit code of a run that was ended because it took too long."""


class Interrupted(Exception):
    """The whole run is to end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """How a run of tests went: pytest's exit code, the tests by name, the last it said."""

    seconds: float
    code: int
    passed: tuple[str, ...]
    failed: tuple[str, ...]
    said: str


def run_tests(
    copy: Copy, tests: Sequence[str], *, limit: float, stop: Event, workers: int = 0
) -> Trial:
    """Run tests in a copy, for at most `limit` seconds; Interrupted once `stop` is set."""
    report, output = (copy.folder.with_suffix(end) for end in (".json", ".txt"))
    report.unlink(missing_ok=True)
    leash = str(copy.folder / "tests" / "mutants" / "leash.py")
    flags = ["-q", "-x", "-p", "no:cacheprovider", "--tb=short", "-n", str(workers)]
    flags += ["-m", "not long"]  # as `make test` runs them
    if workers:
        flags.remove("-x")
    begun = time.monotonic()
    with output.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-P", leash, str(os.getpid()), str(report), *flags, *tests],
            cwd=copy.folder,
            env=copy.environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            code = _await_end(process, begun + limit, stop)
        finally:
            _end(process, copy.environment[MARK])
    told = json.loads(report.read_text()) if report.is_file() else {"passed": (), "failed": ()}
    return Trial(
        seconds=time.monotonic() - begun,
        code=code,
        passed=tuple(told["passed"]),
        failed=tuple(told["failed"]),
        said=output.read_text(encoding="utf-8", errors="replace")[-4000:],
    )


def _await_end(process: subprocess.Popen[bytes], until: float, stop: Event) -> int:
    while (code := process.poll()) is None:
        if stop.wait(TICK_S):
            raise Interrupted
        if time.monotonic() > until:
            return TIMED_OUT
    return code


def _end(process: subprocess.Popen[bytes], mark: str) -> None:
    """End a run and all that it has started: first as Ctrl-C does, then by force."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(GRACE_S)
    for pid in marked(mark):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()
