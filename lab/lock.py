"""A lock that a verb holds: a file that names the holder; it ends with the process, however."""

import fcntl
import os
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from tricenter.lab.errors import LabError


@contextmanager
def held(
    path: Path,
    verb: str,
    what: str,
    *,
    wait: float = 0.0,
    told: Callable[[str], None] | None = None,
) -> Generator[None]:
    """Hold a lock for one verb; LabError naming its holder when another still has it after `wait`.

    `told` hears once who has it, before the waiting begins.
    """
    deadline = time.monotonic() + wait
    while (descriptor := _lock(path)) is None:
        holder = _holder(path)
        if time.monotonic() >= deadline:
            raise LabError(f"{what} is busy: {holder}")
        if told is not None:
            told(holder)
            told = None
        time.sleep(0.05)
    try:
        os.truncate(descriptor, 0)
        os.pwrite(descriptor, f"{verb}, process {os.getpid()}".encode(), 0)
        yield
    finally:
        # Unlinked while held: whoever waited on this file sees that it is gone and retries.
        path.unlink(missing_ok=True)
        os.close(descriptor)


def forget(path: Path) -> None:
    """Delete the lock of a verb that was killed; a verb that lives deletes its own."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        path.unlink(missing_ok=True)
    except BlockingIOError:
        return
    finally:
        os.close(descriptor)


def _lock(path: Path) -> int | None:
    # The verb before this one may just have deleted the directory with its lock, also between
    # mkdir's finding that it exists and its looking whether that is a directory.
    try:
        path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except FileNotFoundError:
        return None
    except FileExistsError:
        if path.parent.is_file():
            raise
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(descriptor).st_ino == path.stat().st_ino:
            return descriptor
    except (BlockingIOError, FileNotFoundError):
        pass
    os.close(descriptor)
    return None


def _holder(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8") or "another verb"
    except OSError:
        return "another verb"
