"""When a database's leader was promoted: what its members do right after is no fault."""

import time

from tricenter.lab.errors import LabError
from tricenter.lab.files import host_file_status
from tricenter.lab.stack import Stack
from tricenter.topology.plan import PlannedDatabase

SETTLES_S = 10.0
"""How long after a change of leader members may stop, start and rewind without a word."""


def has_just_changed(
    stack: Stack, database: PlannedDatabase, leads: str, timeline: int | None
) -> bool:
    """Whether a leader was promoted moments ago: it writes its timeline's history then."""
    if timeline is None or timeline < 2:
        return False
    try:
        path = f"/srv/pg/{database.name}/pg_wal/{timeline:08X}.history"
        history = host_file_status(stack, leads, path)
    except (OSError, LabError):
        return False
    return history is not None and time.time() - history.st_mtime < SETTLES_S
