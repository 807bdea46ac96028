"""Where the program runs whose resources a pack judges: its spec's records count from there.

Pulumi's host for Python runs a pack in the pack's own folder (RunPlugin of 3.250.0, run
2026-11-30), and no call of the analyzer's protocol names the program's.
"""

import os
from collections.abc import Iterator
from pathlib import Path

MOST_ANCESTORS = 8


def records_root(file: str, source: str, configured: Path | None) -> Path:
    """The folder that a spec's records count from: the configured one, or the program's.

    The program names its spec `file` from where it runs, so it runs where that file is, with that
    text. Without any such folder it is where the pack runs.
    """
    if configured is not None:
        return configured
    for folder in _folders():
        try:
            if (folder / file).read_text(encoding="utf-8") == source:
                return folder
        except (OSError, ValueError):
            continue
    return Path.cwd()


def _folders() -> Iterator[Path]:
    """Where this process runs and where those run that started it (the host, the engine), each
    with what is above; where the system does not tell, what the shell said."""
    here = [Path.cwd(), *_ancestors(), *filter(None, [_of_the_shell()])]
    for folder in here:
        yield folder
        yield from folder.parents


def _ancestors() -> Iterator[Path]:
    """The working directories of the processes above this one, the nearest first."""
    process = os.getppid()
    for _ in range(MOST_ANCESTORS):
        if process <= 1:
            return
        try:
            yield Path(f"/proc/{process}/cwd").readlink()
            told = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
            # The name before it may hold anything, a parenthesis too.
            process = int(told.rpartition(")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            return


def _of_the_shell() -> Path | None:
    told = os.environ.get("PWD", "")
    return Path(told) if told.startswith("/") else None
