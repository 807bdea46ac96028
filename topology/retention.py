"""Which backups to keep: grandfathers, fathers and sons, and all that these are built on."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One backup in a repository; `needs` are the labels it cannot be restored without."""

    label: str
    full: bool
    taken: datetime
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """How many days, weeks and months are to be represented."""

    daily: int
    weekly: int
    monthly: int


def wanted(snapshots: Iterable[Snapshot], keep: Keep) -> frozenset[str]:
    """The labels kept for their own sake.

    A daily is the newest of its day, a weekly the first full of its ISO week, a monthly the
    first full of its month, each for the newest days, weeks and months that have one: when
    backups stop, nothing expires. The newest backup and the newest full are always kept.
    """
    ordered = sorted(snapshots, key=_age)
    fulls = [snapshot for snapshot in ordered if snapshot.full]
    chosen = [
        *_newest(ordered[::-1], _day, keep.daily),
        *_newest(fulls, _week, keep.weekly),
        *_newest(fulls, _month, keep.monthly),
        *ordered[-1:],
        *fulls[-1:],
    ]
    return frozenset(snapshot.label for snapshot in chosen)


def kept(snapshots: Iterable[Snapshot], keep: Keep) -> frozenset[str]:
    """The labels that are wanted, and those that they need."""
    known = {snapshot.label: snapshot for snapshot in snapshots}
    found: set[str] = set()
    waiting = list(wanted(known.values(), keep))
    while waiting:
        label = waiting.pop()
        if label in known and label not in found:
            found.add(label)
            waiting.extend(known[label].needs)
    return frozenset(found)


def expired(snapshots: Iterable[Snapshot], keep: Keep) -> tuple[str, ...]:
    """The labels to remove, newest first, so that none goes before what is built on it."""
    everything = sorted(snapshots, key=_age, reverse=True)
    staying = kept(everything, keep)
    return tuple(s.label for s in everything if s.label not in staying)


def logged_fulls(snapshots: Iterable[Snapshot], keep: Keep) -> int:
    """How many of the newest full backups keep every piece of the log after them.

    Any moment since the oldest daily can be restored; what is older is restored as it was taken.
    """
    ordered = sorted(snapshots, key=_age)
    dailies = list(_newest(ordered[::-1], _day, keep.daily))
    fulls = [snapshot for snapshot in ordered if snapshot.full]
    if not dailies:
        return min(1, len(fulls))
    oldest = min(snapshot.taken for snapshot in dailies)
    before = [full for full in fulls if full.taken <= oldest]
    return len(fulls) - max(len(before) - 1, 0)


def _newest(
    ordered: Iterable[Snapshot], period: Callable[[Snapshot], Hashable], count: int
) -> list[Snapshot]:
    """The first of each period in the given order, for the newest `count` periods."""
    first: dict[Hashable, Snapshot] = {}
    for snapshot in ordered:
        first.setdefault(period(snapshot), snapshot)
    return sorted(first.values(), key=_age, reverse=True)[:count]


def _age(snapshot: Snapshot) -> tuple[datetime, str]:
    return snapshot.taken, snapshot.label


def _day(snapshot: Snapshot) -> Hashable:
    return snapshot.taken.date()


def _week(snapshot: Snapshot) -> Hashable:
    return snapshot.taken.isocalendar()[:2]


def _month(snapshot: Snapshot) -> Hashable:
    return snapshot.taken.year, snapshot.taken.month
