"""One set-up at a time, in a checkout and in the user's cache; another one waits for it."""

import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tricenter.setup.steps import say

LOCK = ".set-up.lock"


@contextmanager
def alone(folder: Path) -> Generator[None]:
    """Nobody else who asks for the same folder is in here meanwhile, also of another process.

    The system itself takes the lock away from who ends, however that was.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            process = file.read().strip()
            by = f" (process {process})" if process else ""
            say(f"another set-up{by} is at work in {folder}: waiting for it")
            fcntl.flock(file, fcntl.LOCK_EX)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
