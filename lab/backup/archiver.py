"""What the archiver of a leader says: what waits, since when, and why."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tricenter.lab.at_once import at_once
from tricenter.lab.deployed import deployed_plan
from tricenter.lab.errors import LabError
from tricenter.lab.host import run_in_host
from tricenter.lab.patroni import leader
from tricenter.lab.stack import Stack
from tricenter.topology.plan import PlannedDatabase
from tricenter.topology.render.patroni import backup_of, socket_folder

DUPLICATE = 45
"""pgBackRest's ArchiveDuplicateError (src/build/error/error.yaml, read 2026-11-30)."""

GLOBAL = "global"
"""The name of a failure that concerns every segment: the repository cannot be reached or read."""

SLOW_S = 10.0
"""A segment that failed and waits so long is not just slow: PostgreSQL has tried three times."""

STUCK_S = 120.0
"""So long nothing may wait at all, whatever the statistics say: a crash empties them."""

ROUTE = re.compile(r"raised from \S+( \S+)? protocol( on '[^']*')?: ")
"""By which of its processes an error came to pgBackRest."""

LONGEST_REASON = 400

QUESTION = """
SELECT json_build_object(
  'now', extract(epoch FROM clock_timestamp()),
  'archived', last_archived_wal, 'archived_at', extract(epoch FROM last_archived_time),
  'failed_at', extract(epoch FROM last_failed_time),
  'waiting', (SELECT count(*) FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready'),
  'oldest', (SELECT extract(epoch FROM min(modification)) FROM pg_ls_archive_statusdir()
             WHERE name LIKE '%.ready'),
  'errors', (SELECT json_object_agg(name, pg_read_file('{spool}/' || name, 0, 4000, true))
             FROM pg_ls_dir('{spool}', true, false) AS name WHERE name LIKE '%.error'))
FROM pg_stat_archiver"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Archiver:
    """The archiver of a leader; times in seconds of the epoch.

    `waiting` segments are not archived, the oldest since `oldest`. `errors` has pgBackRest's code
    and reason by segment, or for GLOBAL.
    """

    now: float
    archived: str | None
    archived_at: float | None
    failed_at: float | None
    waiting: int
    oldest: float | None
    errors: Mapping[str, tuple[int, str]]

    @property
    def fails(self) -> bool:
        """Whether the last try failed."""
        return self.failed_at is not None and self.failed_at > (self.archived_at or 0.0)

    @property
    def stuck(self) -> bool:
        """Whether something waits that is not just slow."""
        if not self.waiting or self.oldest is None:
            return False
        waited = self.now - self.oldest
        return waited >= STUCK_S or (self.fails and waited >= SLOW_S)

    @property
    def duplicates(self) -> tuple[str, ...]:
        """The segments that are in the repository with another content."""
        return tuple(sorted(n for n, (code, _) in self.errors.items() if code == DUPLICATE))

    @property
    def reason(self) -> str:
        """What pgBackRest says, in a sentence; empty while it tries again."""
        first = self.errors.get(GLOBAL) or next(iter(self.errors.values()), None)
        return first[1] if first else ""


def ask_archiver(stack: Stack, site: str, database: str, port: int) -> Archiver | None:
    """What the leader in a site says of its archiving; None when it does not answer."""
    spool = f"/srv/spool/{database}/archive/{database}/out"
    place = ["-h", socket_folder(database), "-p", str(port), "-U", "postgres", "-d", "postgres"]
    argv = ["psql", "-XAtq", *place, "-c", QUESTION.replace("{spool}", spool)]
    try:
        done = run_in_host(stack, site, argv, user="postgres", timeout=3.0)
        return read(done.stdout) if done.returncode == 0 else None
    except (LabError, ValueError):
        return None


def says(database: str, archiver: Archiver, why: str = "") -> str:
    """That the log is not archived, since when, and why, in a sentence."""
    since = datetime.fromtimestamp(archiver.oldest or archiver.now, UTC)
    reason = why or archiver.reason or "pgBackRest gives no reason yet"
    return (
        f"the log of {database} is not archived since {since.isoformat(timespec='seconds')}, "
        f"{archiver.waiting} segments wait: {reason}"
    )


def failing(stack: Stack, wanted: Iterable[str]) -> list[dict[str, Any]]:
    """The databases whose log is not archived at this moment, as places with a problem."""
    plan, names = deployed_plan(stack), frozenset(wanted)

    def problem(database: PlannedDatabase) -> dict[str, Any] | None:
        site = leader(stack, database)
        port = next((m.port for m in database.members if m.site == site), 0)
        archiver = ask_archiver(stack, site, database.name, port) if site else None
        if site is None or archiver is None or not archiver.stuck:
            return None
        return {"place": site, "problem": says(database.name, archiver)}

    kept = [d for d in plan.databases if backup_of(plan, d.name) and (not names or d.name in names)]
    return [found for found in at_once(problem, kept) if found]


def read(text: str) -> Archiver:
    """An archiver from the answer to QUESTION."""
    said: dict[str, Any] = json.loads(text)
    files: dict[str, str | None] = said.pop("errors") or {}
    errors = {n.removesuffix(".error"): _error(content) for n, content in files.items() if content}
    return Archiver(errors=errors, **said)


def _error(content: str) -> tuple[int, str]:
    """The code and the reason in a status file of pgBackRest: a number, then its message."""
    code, _, message = content.partition("\n")
    lines = [line for line in message.splitlines() if line and not line.startswith("HINT")]
    reason = ROUTE.sub("", " ".join(lines))
    return int(code) if code.strip().isdigit() else 0, reason[:LONGEST_REASON]
