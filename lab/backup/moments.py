"""The newest moment that a piece of the log tells of."""

import os
import re
import subprocess
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from tricenter.lab.backup.pgbackrest import AS_OWNER, OWNER, archive_client
from tricenter.lab.backup.scratch import binaries
from tricenter.lab.inside import give

COMMIT = re.compile(r"desc: COMMIT(?:_PREPARED)? (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?) UTC")
LONGEST = 60.0


def newest_moment(database: str, segment: str) -> str | None:
    """When the last transaction in an archived segment was committed; None if that is not known."""
    with _fetched(database, segment) as place:
        if place is None:
            return None
        dump = [*AS_OWNER, str(binaries() / "pg_waldump"), "-r", "Transaction", str(place)]
        # Its status is 1 where the log ends within the segment, as that of a leader that was lost.
        found = last_commit(_run(dump).stdout.splitlines())
    return found.isoformat() if found else None


def can_fetch(database: str, segment: str) -> bool:
    """Whether a segment can be fetched from the archive and is whole."""
    with _fetched(database, segment) as place:
        return place is not None


@contextmanager
def _fetched(database: str, segment: str) -> Generator[Path | None]:
    """A segment as a file meanwhile, None where the archive does not give it."""
    get = archive_client(database).argv(database, "archive-get", ["--no-archive-async"])
    with TemporaryDirectory(prefix="tricenter-segment-") as folder:
        give(Path(folder), OWNER)
        place = Path(folder) / segment
        try:
            done = _run([*get, segment, str(place)])
        except (OSError, subprocess.TimeoutExpired):
            yield None
            return
        yield place if done.returncode == 0 else None


def last_commit(lines: Iterable[str]) -> datetime | None:
    """The last commit in what pg_waldump says in UTC."""
    found = [match[1] for line in lines if (match := COMMIT.search(line))]
    return datetime.fromisoformat(found[-1]).replace(tzinfo=UTC) if found else None


def _run(argv: list[str]) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "TZ": "UTC", "PGTZ": "UTC"}
    return subprocess.run(
        argv, capture_output=True, text=True, timeout=LONGEST, check=False, cwd="/",
        env=environment, stdin=subprocess.DEVNULL,
    )  # fmt: skip
