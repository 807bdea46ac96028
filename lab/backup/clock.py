"""The scheduler's clock: the machine's, or one that a test or drill drives by a file."""

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

CLOCK_FILE = "/srv/schedule/clock.json"
"""Where a host's scheduler looks for a time handed in; absent, the machine's clock counts."""


class Clock(Protocol):
    """Something that knows the time, in UTC."""

    def now(self) -> datetime: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RealClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """This moment."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileClock:
    """The machine's clock, moved by what a file says; it goes on at the usual pace."""

    path: Path

    def now(self) -> datetime:
        """The moment that was handed in, and the time since then; else this moment."""
        try:
            handed = json.loads(self.path.read_text(encoding="utf-8"))
            start = datetime.fromisoformat(handed["at"])
            return start + timedelta(seconds=max(0.0, time.time() - float(handed["set"])))
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return datetime.now(UTC)


def clock_text(at: datetime) -> str:
    """What to write into the file so that it is `at` now."""
    return json.dumps({"at": at.astimezone(UTC).isoformat(), "set": time.time()}) + "\n"
