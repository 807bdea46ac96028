"""The time of the emulated cloud: now, or that of the request which is being replayed."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, cast

import moto.core.utils


class Clock:
    """Replaces moto's own clock, so that a replayed request gives the times it gave at first."""

    def __init__(self) -> None:
        self.fixed: datetime | None = None

    def now(self) -> datetime:
        """The time in UTC, without a zone, as moto keeps it."""
        return self.fixed or datetime.now(UTC).replace(tzinfo=None)

    @contextmanager
    def at(self, seconds: float) -> Generator[None]:
        """Let the time stand still at `seconds` since 1970."""
        self.fixed = datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
        try:
            yield
        finally:
            self.fixed = None

    def install(self) -> None:
        """Give moto this clock, before its services are imported: they keep what they found."""
        cast(Any, moto.core.utils).utcnow = self.now
