"""When a database's leader was promoted: what its members do right after is no fault."""

import time

from tricenter.lab.errors import LabError
from tricenter.lab.machine import machine_of
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
        with machine_of(stack).disk(stack, leads) as disk:
            history = disk / "pg" / database.name / "pg_wal" / f"{timeline:08X}.history"
            return time.time() - history.stat().st_mtime < SETTLES_S
    except (OSError, LabError):
        return False
