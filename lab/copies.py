"""Copies that do not follow their leader: why, and the cheapest safe way back."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

RECENT = timedelta(seconds=20)
"""Lines of a log that are older than this against its last one tell of another time."""

Way = Literal["none", "wait", "fetch", "copy"]
"""How a copy comes back: it follows; it is on its way; it restores from the archive first; it is
made anew from its leader."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a copy does not follow: a stable code, a sentence, and the way back that it asks for."""

    code: str
    says: str
    way: Way


SAYINGS: tuple[tuple[re.Pattern[str], str, str, Way], ...] = (
    (
        re.compile(r"No space left on device"),
        "disk-full",
        "its disk is full",
        "wait",
    ),
    (
        re.compile(r"requested WAL segment (\w+) has already been removed"),
        "log-gone",
        "its leader no longer has segment {0} of the log",
        "fetch",
    ),
    (
        re.compile(r'pg_rewind: error: could not open file "?(?:\S*/)?pg_wal/(\w+)'),
        "rewind-lacks-log",
        "pg_rewind lacks segment {0} of its own log",
        "fetch",
    ),
    (
        re.compile(r"could not find previous WAL record"),
        "rewind-lacks-log",
        "pg_rewind lacks a segment of its own log",
        "fetch",
    ),
    (
        re.compile(r"requested starting point \S+ on timeline (\d+) is not in this server"),
        "diverged",
        "it has log of timeline {0} that its leader never had, and was not rewound",
        "copy",
    ),
    (
        re.compile(r"new timeline (\d+) forked off current database system timeline"),
        "diverged",
        "it went on beyond the point where timeline {0} began",
        "copy",
    ),
    (
        re.compile(r"pg_rewind: (?:fatal|error): (.{1,80})"),
        "rewind-fails",
        "pg_rewind says: {0}",
        "copy",
    ),
    (
        re.compile(r"(?:PANIC|FATAL):  ((?!the database system is)(?!terminating).{1,80})"),
        "server-fails",
        "its server says: {0}",
        "copy",
    ),
)
"""What PostgreSQL 15 to 17 and pg_rewind say (walsender.c, xlogrecovery.c, pg_rewind/parsexlog.c,
read 2026-11-30), the most telling first: a code, a sentence, a way."""

STAMP = re.compile(r"^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)")


def reason(lines: Iterable[str]) -> Reason | None:
    """What the end of a member's log says of it; None where it says nothing that is known."""
    recent = _recent(tuple(lines))
    for pattern, code, says, way in SAYINGS:
        for line in reversed(recent):
            if found := pattern.search(line):
                return Reason(code=code, says=says.format(*found.groups()).rstrip("."), way=way)
    return None


def _recent(lines: tuple[str, ...]) -> tuple[str, ...]:
    stamps = [_stamp(line) for line in lines]
    last = next((stamp for stamp in reversed(stamps) if stamp), None)
    if last is None:
        return lines
    first = next(
        (i for i, stamp in enumerate(stamps) if stamp and stamp >= last - RECENT), len(lines)
    )
    return lines[first:]


def _stamp(line: str) -> datetime | None:
    found = STAMP.match(line)
    return datetime.fromisoformat(found[1]) if found else None
