"""Which values of a spec are promises, and when a change makes one weaker."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from itertools import islice
from typing import Any, Literal, cast

from tricenter.topology.cron import fires
from tricenter.topology.units import DURATION, SIZE, parse_duration, parse_size

Trend = Literal["weaker", "changed", "stronger"]
Compare = Callable[[Any, Any], int]
"""Below zero where the second value promises less than the first, above where it does more."""

FROM = datetime(2025, 1, 1, tzinfo=UTC)
"""Where schedules are counted from; any day does."""
YEARS = timedelta(days=5 * 365)
COUNTED = 60
"""Fires of a schedule by which its pace is taken."""


def trend_of(keys: tuple[str, ...], before: Any, after: Any) -> Trend:
    """Whether the value at a path promises less or more than it did; `changed` if neither."""
    compare = _compare(keys)
    way = compare(before, after) if compare else 0
    return "weaker" if way < 0 else "stronger" if way > 0 else "changed"


def is_promise(keys: tuple[str, ...]) -> bool:
    """Whether somebody relies on the value at a path, beyond what it makes of the topology."""
    return _compare(keys) is not None


def rank_of(keys: tuple[str, ...]) -> int:
    """The place of a path among the promises, as `PROMISES` has them; others come last."""
    return next((at for at, (pattern, _) in enumerate(PROMISES) if _matches(keys, pattern)), 999)


def _compare(keys: tuple[str, ...]) -> Compare | None:
    return next((one for pattern, one in PROMISES if _matches(keys, pattern)), None)


def _matches(keys: tuple[str, ...], pattern: str) -> bool:
    steps = pattern.split(".")
    return len(steps) == len(keys) and all(map(fnmatchcase, keys, steps))


def _changed(_before: Any, _after: Any) -> int:
    return 0


def _more(before: Any, after: Any) -> int:
    """A larger value promises more, an absent one least."""
    if before is None or after is None:
        return _presence(before, after)
    return _sign(_amount(after) - _amount(before))


def _less(before: Any, after: Any) -> int:
    """A smaller value promises more, an absent one least."""
    return _presence(before, after) if None in (before, after) else -_more(before, after)


def _kept(before: Any, after: Any) -> int:
    """What is there promises more than what is not; of a list, each of its entries."""
    if not (isinstance(before, list) and isinstance(after, list)):
        return _presence(before, after)
    old, new = cast("list[object]", before), cast("list[object]", after)
    if any(one not in new for one in old):
        return -1
    return 1 if any(one not in old for one in new) else 0


def _fewer(before: Any, after: Any) -> int:
    """Each entry of a list promises less, and so does the list that has one."""
    return -_kept(before or [], after or [])


def _signers(before: Any, after: Any) -> int:
    """Fewer who may sign promise more, but none promise least: then nothing need be signed."""
    old, new = set(before or ()), set(after or ())
    if not (old and new):
        return _sign(bool(new) - bool(old))
    return -1 if new - old else 1


def _absent(before: Any, after: Any) -> int:
    """What is not there promises more."""
    return -_presence(before, after)


def _earlier(before: str, after: str) -> int:
    """An earlier day promises more."""
    return _sign((after < before) - (after > before))


def _ranked(*grades: str) -> Compare:
    """The values from the best down, equal ones in one text; an absent one is the last."""
    ranks = {name: rank for rank, names in enumerate(grades) for name in names.split()}

    def compare(before: Any, after: Any) -> int:
        return _sign(ranks.get(before, len(grades)) - ranks.get(after, len(grades)))

    return compare


def _oftener(before: Any, after: Any) -> int:
    """A schedule that comes more often promises more."""
    if before is None or after is None:
        return _presence(before, after)
    return _sign(_pace(after) - _pace(before))


def _presence(before: Any, after: Any) -> int:
    return (after is not None) - (before is not None)


def _sign(number: float) -> int:
    return (number > 0) - (number < 0)


def _amount(value: Any) -> float:
    if not isinstance(value, str):
        return float(value)
    if DURATION.fullmatch(value):
        return parse_duration(value)
    return float(parse_size(value)) if SIZE.fullmatch(value) else 0.0


def _pace(cron: str) -> float:
    """Fires a second, by the first sixty of them; the same for a schedule at another hour."""
    found = list(islice(fires(cron, FROM, FROM + YEARS), COUNTED))
    if len(found) < 2:
        return float(len(found))
    return round((len(found) - 1) / (found[-1] - found[0]).total_seconds(), 12)


PROMISES: tuple[tuple[str, Compare], ...] = (
    ("objectives.*", _kept),
    ("objectives.*.*", _less),
    ("failover.*", _kept),
    # From a person to the voices alone is no weaker promise, and no stronger one either.
    ("failover.*.mode", lambda before, _: -1 if before == "automatic" else 0),
    ("failover.*.decide", _less),
    ("cities.*.hazards", _kept),
    ("standards.gb50174", _ranked("A", "B", "C")),
    ("standards.jrt0044", _less),
    ("standards.editions.*", _changed),
    ("standards.*", _more),
    ("drills.records", _changed),
    ("drills.max_age.*", _less),
    ("drills.signers", _signers),
    ("drills.same_spec", _more),
    ("waivers.*", _absent),
    ("waivers.*.expires", _earlier),
    ("waivers.*.*", _changed),
    ("may_destroy.*", _absent),
    ("may_destroy.*.expires", _earlier),
    ("may_destroy.*.*", _changed),
    ("sites.*", _kept),
    ("sites.*.capacity.*", _more),
    ("sites.*.carriers", _kept),
    ("sites.*.facility.class", _ranked("A", "B", "C")),
    ("sites.*.facility.power", _ranked("2N+1", "2N", "N+1", "N")),
    ("sites.*.facility.cooling", _ranked("2N", "N+1", "N")),
    ("sites.*.facility.feeds", _kept),
    ("sites.*.facility.fuel_contract", _less),
    ("sites.*.facility.generator_start", _less),
    (
        "sites.*.facility.fire_suppression",
        _ranked("FM-200 Novec-1230 inert-gas water-mist", "sprinkler", "none"),
    ),
    ("sites.*.facility.*_zone", _less),
    ("sites.*.facility.security.guards", _ranked("24x7", "business-hours", "none")),
    ("sites.*.facility.*.*", _more),
    ("sites.*.facility.*", _more),
    ("witnesses.*", _kept),
    ("links.*", _kept),
    ("links.*.measured", _more),
    ("databases.*", _kept),
    ("databases.*.commit.mode", _ranked("quorum sync", "async")),
    ("databases.*.commit.*", _more),
    ("databases.*.replicas.*", _kept),
    ("databases.*.replicas.*.voter", _more),
    ("databases.*.replicas.*.max_lag", _less),
    ("databases.*.replicas.*.on_excess", _ranked("stall", "alarm")),
    ("dns.providers.*", _kept),
    ("dns.records.*", _kept),
    ("dns.records.*.answers.*", _kept),
    ("dns.records.*.unchecked", _fewer),
    ("dns.records.*.last_resort", _kept),
    ("dns.records.*.check.http*", _kept),
    ("backups.*", _kept),
    ("backups.*.of", _kept),
    ("backups.*.copies", _kept),
    ("backups.*.schedule.*", _oftener),
    ("backups.*.keep.*", _more),
    ("backups.*.log", _kept),
    ("backups.*.log.ship", _less),
    ("backups.*.immutable", _more),
    ("backups.*.restore_test", _ranked("daily", "weekly", "monthly")),
    ("vaults.*", _kept),
    ("vaults.*.account", _kept),
    ("partners.*", _kept),
    ("partners.*.holds", _kept),
    ("partners.*.stream", _more),
)
"""Paths of promises with their comparisons, the first ones told first; of those that match a path,
the first counts."""
