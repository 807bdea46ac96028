"""What a run has started and nobody has ended: an emulated cloud whose test was interrupted.

Such a process has a session of its own and another parent, so that it is known by a mark alone,
which everything that a run starts has in its environment.
"""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

MARK = "TRICENTER_VERIFICATION"
GRACE_S = 5.0
"""Between asking them to end and killing them."""


def end_left_behind(mark: str) -> tuple[str, ...]:
    """Ends every process with this mark; what each was, as far as it could be told."""
    found = dict(_left(mark))
    for number in found:
        _signal(number, signal.SIGTERM)
    deadline = time.monotonic() + GRACE_S
    while (left := dict(_left(mark))) and time.monotonic() < deadline:
        time.sleep(0.1)
    for number in left:
        _signal(number, signal.SIGKILL)
    return tuple(found.values())


def _left(mark: str) -> Iterator[tuple[int, str]]:
    wanted = f"{MARK}={mark}".encode()
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit() or int(folder.name) == os.getpid():
            continue
        with suppress(OSError):  # it has ended, or is another user's
            if wanted in (folder / "environ").read_bytes().split(b"\0"):
                words = (folder / "cmdline").read_bytes().split(b"\0")
                yield int(folder.name), b" ".join(words).decode(errors="replace").strip()


def _signal(number: int, what: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(number, what)
