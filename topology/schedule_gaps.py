"""The longest time between two fires of a schedule, reckoned over a whole cycle of the calendar.

The days are those of the library that also fires the lab's schedules, in UTC.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise

from cronsim import CronSim, CronSimError

WEEK = 7
LEAP = 1461
"""Days after which dates repeat."""
SOLAR = WEEK * LEAP
"""Days after which dates and weekdays repeat together, while every fourth year is a leap year: from
1901 to 2099."""
START = datetime(2001, 1, 1, tzinfo=UTC)
"""A Monday, the first day after a leap year."""
MINUTES = 1440


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The fires of one day, in minutes: the first, the last, the longest gap between two."""

    first: int
    last: int
    inside: int


def longest_gap(full: str, incremental: str | None) -> float:
    """The longest time between two backups of a schedule that fires at all, in seconds."""
    return _longest(tuple(cron for cron in (full, incremental) if cron is not None))


def never_fires(cron: str) -> bool:
    """Whether no day of the calendar is one of a cron text whose fields can be read."""
    try:
        return next(_fires(f"0 0 {_date(cron)}", _cycle(cron)), None) is None
    except CronSimError:
        return True


@lru_cache(maxsize=1024)
def _longest(crons: tuple[str, ...]) -> float:
    cycle = max(map(_cycle, crons))
    if {LEAP, WEEK} <= set(map(_cycle, crons)):
        cycle = SOLAR
    days = [_repeated(cron, cycle) for cron in crons]
    fires = [frozenset(_minutes(cron)) for cron in crons]
    kinds: dict[frozenset[int], Day] = {}
    calendar: dict[int, Day] = {}
    for day in sorted(frozenset[int]().union(*days)):
        kind = frozenset(index for index, own in enumerate(days) if day in own)
        if kind not in kinds:
            kinds[kind] = _day(frozenset[int]().union(*(fires[index] for index in kind)))
        calendar[day] = kinds[kind]
    return 60.0 * max(_gaps(calendar, cycle))


def _gaps(calendar: Mapping[int, Day], cycle: int) -> Iterator[int]:
    """The gaps inside days and between them, the last one to the first of the next cycle."""
    yield from (day.inside for day in calendar.values())
    days = [*calendar.items()]
    first, begins = days[0]
    for (day, before), (later, after) in pairwise([*days, (first + cycle, begins)]):
        yield (later - day) * MINUTES + after.first - before.last


def _day(minutes: frozenset[int]) -> Day:
    ordered = sorted(minutes)
    inside = max((later - one for one, later in pairwise(ordered)), default=0)
    return Day(first=ordered[0], last=ordered[-1], inside=inside)


def _cycle(cron: str) -> int:
    """Days after which a cron text repeats."""
    _, _, days, months, weekdays = cron.split()
    if days == "*" and months == "*":
        return WEEK
    return LEAP if weekdays == "*" else SOLAR


def _repeated(cron: str, cycle: int) -> frozenset[int]:
    """The days of a cycle on which it fires, counted from 0."""
    own, days = _cycle(cron), _days(cron)
    return frozenset(begins + day for begins in range(0, cycle, own) for day in days)


def _days(cron: str) -> list[int]:
    """The days of its own cycle on which it fires."""
    return [(fire - START).days for fire in _fires(f"0 0 {_date(cron)}", _cycle(cron))]


def _date(cron: str) -> str:
    """The fields of a cron text that say on which days it fires."""
    return " ".join(cron.split()[2:])


def _minutes(cron: str) -> list[int]:
    """The minutes of a day at which it fires."""
    time = " ".join(cron.split()[:2])
    return [(fire - START).seconds // 60 for fire in _fires(f"{time} * * *", 1)]


def _fires(cron: str, days: int) -> Iterator[datetime]:
    end = START + timedelta(days=days)
    for fire in CronSim(cron, START - timedelta(minutes=1)):
        if fire >= end:
            return
        yield fire
