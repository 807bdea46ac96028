"""Running pgBackRest to its end, also where it has failed and does not come to one."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import BinaryIO

FAILED = re.compile(r"^(?:.* )?ERROR: \[(\d+)\]: ", re.MULTILINE)
"""How a command says what it ends for, and with which exit code."""
ENDS_S = 20.0
"""What a command may need to end after it has said so."""
LOOKS_S = 0.5


def carry_out(argv: Sequence[str], longest: float) -> tuple[int, str, str]:
    """The exit code of a command, what it printed, and what it printed as errors.

    TimeoutExpired after `longest` seconds. A backup of two processes that loses its source says so
    and then waits for the first of them, which writes into a pipe that nobody reads any more, but
    whose end the second one still holds: none of them ended in ten minutes, and no other backup can
    begin meanwhile (2.45, seen 2026-12-01; its `protocol-timeout` is half an hour). So what has
    said that it failed has 20 s to end, and is then ended with all that it started; the code is the
    one that it said.
    """
    with _in_memory() as out, _in_memory() as err:
        process = subprocess.Popen(
            argv, stdin=subprocess.DEVNULL, stdout=out, stderr=err, cwd="/", start_new_session=True
        )
        try:
            code = _await(process, longest, (out, err))
        finally:
            if process.poll() is None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        return code, _text(out), _text(err)


def _await(process: "subprocess.Popen[bytes]", longest: float, said: Sequence[BinaryIO]) -> int:
    begun, failed = time.monotonic(), 0.0
    while True:
        with suppress(subprocess.TimeoutExpired):
            return process.wait(LOOKS_S)
        now = time.monotonic()
        found = next(filter(None, (FAILED.search(_text(file)) for file in said)), None)
        failed = failed or (now if found else 0.0)
        if found and now - failed > ENDS_S:
            return int(found[1])
        if now - begun > longest:
            raise subprocess.TimeoutExpired(process.args, longest)


def _in_memory() -> BinaryIO:
    """A file that needs no disk, which may be full."""
    return os.fdopen(os.memfd_create("pgbackrest"), "w+b")


def _text(file: BinaryIO) -> str:
    # The processes write at the place that the descriptor shares with them: it may not be moved.
    size = os.fstat(file.fileno()).st_size
    return os.pread(file.fileno(), size, 0).decode(errors="replace")
