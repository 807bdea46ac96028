"""When the last commit in a copy's log was made, read from the log itself."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from tricenter.lab.errors import LabError
from tricenter.lab.files import list_host_folder
from tricenter.lab.host import run_in_host
from tricenter.lab.stack import Stack
from tricenter.topology.plan import PlannedDatabase
from tricenter.topology.render.patroni import DEFAULT_BINARIES

SEGMENT = re.compile(r"[0-9A-F]{24}")
BACK = 12
"""Segments that are looked into, the newest first: some are named before there is log in them."""
COMMIT = re.compile(r"desc: COMMIT (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?) (\S+)")
PATIENCE_S = 20.0


def last_commit_ago(stack: Stack, database: PlannedDatabase, site: str) -> float | None:
    """Seconds since the last commit in a site's log was made; None where none is found.

    The server need not run, nor tell how far it has the log.
    """
    for segment in _segments(stack, database, site)[:BACK]:
        if (made := last_commit(_dump(stack, database, site, segment))) is not None:
            return max(0.0, (datetime.now(UTC) - made).total_seconds())
    return None


def newest(names: Iterable[str]) -> list[str]:
    """The segments among the files of a log, the newest first: later timelines sort higher."""
    return sorted(filter(SEGMENT.fullmatch, names), reverse=True)


def _segments(stack: Stack, database: PlannedDatabase, site: str) -> list[str]:
    try:
        return newest(list_host_folder(stack, site, f"/srv/pg/{database.name}/pg_wal"))
    except (OSError, LabError):
        return []


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
