"""Shipping of the log: the pace at which the spec's `ship` is kept, and the least that it can be.

Nothing of it holds a commit back: what fails to ship is told, and the loss then has no limit.
"""

from dataclasses import dataclass
from math import floor

LEAST_ARCHIVE_TIMEOUT = 1
"""Seconds; the unit of PostgreSQL's archive_timeout (runtime-config-wal, 2026-11-30)."""
LEAST_PAUSE = 2.0
"""Seconds between two copies to a vault: a timer of systemd is a second late, one is its delay."""
PUSH = 5.0
"""Seconds that a piece of the log of 16 MiB needs to the repository where nothing is wrong: an
assumption; below 1 s on the lab."""
COPY = 5.0
"""Seconds that a vault needs for what is new where nothing is wrong: an assumption; below 2 s on
the lab. It counts twice: what is archived while a copy runs waits for the next one."""
CROSSING = 600.0
"""Seconds more where Google's transfer service fetches the copy from another cloud: its own pages
name no time, so this is an assumption."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Seconds: a piece of the log ends after `archive_timeout`, vaults are filled every `pause`."""

    archive_timeout: int
    pause: float


UNSTATED = Pace(archive_timeout=300, pause=3600.0)
"""Where the spec promises nothing of the log."""


def pace_of(ship: float | None) -> Pace:
    """A third of the promise ends a piece, a third waits for the copy, a third is for transfer."""
    if ship is None:
        return UNSTATED
    return Pace(
        archive_timeout=max(LEAST_ARCHIVE_TIMEOUT, floor(ship / 3)),
        pause=max(LEAST_PAUSE, ship / 3),
    )


def log_age(ship: float, *, vault: bool) -> float:
    """Seconds within which a place has what was committed: the promise, or the least it can be."""
    pace = pace_of(ship)
    least = pace.archive_timeout + PUSH
    return max(ship, least + pace.pause + 2 * COPY if vault else least)
