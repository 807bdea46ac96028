"""When the last commit in a copy's log was made, read from the log itself."""

import re
from datetime import UTC, datetime

from tricenter.lab.errors import LabError
from tricenter.lab.host import run_in_host
from tricenter.lab.stack import Stack
from tricenter.topology.plan import PlannedDatabase
from tricenter.topology.render.patroni import DEFAULT_BINARIES

SEGMENT = 16 << 20
"""Bytes of a segment of the log: initdb's default, which no spec changes."""
BACK = 3
"""Segments that are looked into, the newest first: an idle database has few commits in many."""
COMMIT = re.compile(r"desc: COMMIT (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?) (\S+)")
PATIENCE_S = 20.0


def last_commit_ago(
    stack: Stack, database: PlannedDatabase, site: str, timeline: int | None, position: int | None
) -> float | None:
    """Seconds since the last commit in a site's log up to a position; None where none is found."""
    if timeline is None or position is None:
        return None
    newest = position // SEGMENT
    for number in range(newest, max(newest - BACK, -1), -1):
        said = _dump(stack, database, site, segment_name(timeline, number))
        if (made := last_commit(said)) is not None:
            return max(0.0, (datetime.now(UTC) - made).total_seconds())
    return None


def segment_name(timeline: int, number: int) -> str:
    """The file name of a segment of the log."""
    per_file = (1 << 32) // SEGMENT
    return f"{timeline:08X}{number // per_file:08X}{number % per_file:08X}"


def last_commit(dump: str) -> datetime | None:
    """The time of the last commit in what pg_waldump prints in UTC; None without one."""
    found = COMMIT.findall(dump)
    return datetime.fromisoformat(found[-1][0]).replace(tzinfo=UTC) if found else None


def _dump(stack: Stack, database: PlannedDatabase, site: str, segment: str) -> str:
    path = f"/srv/pg/{database.name}/pg_wal/{segment}"
    argv = [f"{DEFAULT_BINARIES}/pg_waldump", "--rmgr=Transaction", path]
    try:
        # It ends with an error where the log does, and has printed everything before.
        done = run_in_host(
            stack, site, argv, user="postgres", env={"TZ": "UTC"}, timeout=PATIENCE_S
        )
    except LabError:
        return ""
    return done.stdout
