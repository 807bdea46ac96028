"""When a schedule fires: cron texts of five fields, in UTC, with Debian's reading of them."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from cronsim import CronSim

MINUTE = timedelta(minutes=1)


def latest(cron: str, at: datetime) -> datetime | None:
    """The newest fire at or before a moment; None if there was none in fifty years."""
    minute = at.replace(second=0, microsecond=0)
    return next(CronSim(cron, minute + MINUTE, reverse=True), None)


def fires(cron: str, after: datetime, until: datetime) -> Iterator[datetime]:
    """Every fire later than `after`, up to and with `until`."""
    for fire in CronSim(cron, after.replace(second=0, microsecond=0)):
        if fire > until:
            return
        if fire > after:
            yield fire
