"""Restoring from copies: how old the newest one may be, and how long it takes to be back."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from tricenter.topology.forecast.facts import DatabaseFacts, Facts
from tricenter.topology.forecast.model import Term
from tricenter.topology.spec_backups import Backup

DAY = 86400.0
WEEK_MINUTES = 7 * 24 * 60
WEEKDAYS = "sunmontuewedthufrisat"
MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec"
RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """What a restore starts from; `age` is the most that it may lack, in seconds."""

    backup: str
    places: tuple[str, ...]
    age: float
    since_full: float
    has_log: bool


def best_copy(
    db: DatabaseFacts, lost: AbstractSet[str], *, sites_only: bool = False
) -> Copy | None:
    """The freshest copy outside of what is lost; None if nothing is left.

    `sites_only` leaves out vaults, whose log no server reads by itself while it is promoted.
    """
    found: list[Copy] = []
    for name, backup in db.backups:
        places = tuple(place for place in backup.copies if place not in lost)
        if sites_only:
            places = tuple(place for place in places if place in db.sites)
        if places:
            found.append(_copy(name, backup, places))
    return min(found, key=lambda copy: (copy.age, copy.backup), default=None)


def _copy(name: str, backup: Backup, places: tuple[str, ...]) -> Copy:
    gap = longest_gap(backup.schedule.full, backup.schedule.incremental)
    age = backup.log.ship if backup.log else gap
    return Copy(backup=name, places=places, age=age, since_full=gap, has_log=backup.log is not None)


def restore_terms(facts: Facts, db: DatabaseFacts, copy: Copy) -> tuple[Term, ...]:
    """The terms of a restore, once it is decided: fetch, start, replay."""
    t = facts.timings
    start_low, start_high = t.restore_start
    high = None if db.size is None else start_high + db.size / t.restore_rate
    known = (
        "the size of the database is not stated"
        if db.size is None
        else (f"up to {db.size} MiB at {t.restore_rate:g} MiB/s")
    )
    fetch = Term(
        name="restore",
        low=start_low,
        high=high,
        source=f"from {copy.places[-1]}: {known}; machines must stand ready",
    )
    if not copy.has_log:
        return (fetch,)
    replay = Term(
        name="replay",
        low=0.0,
        high=copy.since_full * db.tps / t.replay_rate,
        source=f"log of up to {copy.since_full / 3600:g} h since the last backup, "
        f"{db.tps} tps replayed at {t.replay_rate:g}",
    )
    return (fetch, replay)


@lru_cache(maxsize=1024)
def longest_gap(full: str, incremental: str | None) -> float:
    """The longest time between two backups of a schedule, in seconds."""
    weekly: set[int] = set()
    rare: list[float] = []
    for cron in (full, incremental):
        if cron is None:
            continue
        minutes, hours, days, months, weekdays = _fields(cron)
        if len(months) < 12:
            rare.append(366 * DAY)
        elif len(days) < 31 and len(weekdays) == 7:
            rare.append(31 * DAY)
        else:
            weekly |= {(d * 24 + h) * 60 + m for d in weekdays for h in hours for m in minutes}
    if not weekly:
        return min(rare, default=366 * DAY)
    starts = sorted(weekly)
    gaps = [b - a for a, b in pairwise(starts)]
    return 60.0 * max([*gaps, starts[0] + WEEK_MINUTES - starts[-1]])


def _fields(cron: str) -> tuple[frozenset[int], ...]:
    """The numbers that each field of a cron text stands for; Sunday is 0."""
    found = [_field(text, *bounds) for text, bounds in zip(cron.split(), RANGES, strict=True)]
    found[4] = frozenset(day % 7 for day in found[4])
    return tuple(found)


def _field(text: str, low: int, high: int) -> frozenset[int]:
    numbers: set[int] = set()
    for part in text.split(","):
        span, _, step = part.partition("/")
        first, dash, last = span.partition("-")
        if span == "*":
            start, end = low, high
        elif dash:
            start, end = _number(first, low), _number(last, high)
        else:
            start = _number(first, low)
            end = high if step else start
        numbers |= set(range(max(low, start), min(high, end) + 1, max(1, _number(step, 1))))
    return frozenset(numbers) or frozenset(range(low, high + 1))


def _number(text: str, otherwise: int) -> int:
    if text.isascii() and text.isdigit():
        return int(text)
    word = text.lower()
    if len(word) == 3 and word in WEEKDAYS:
        return WEEKDAYS.index(word) // 3
    return MONTHS.index(word) // 3 + 1 if len(word) == 3 and word in MONTHS else otherwise
