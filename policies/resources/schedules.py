"""How many hours lie between two runs of a schedule, in the ways that clouds write them."""

import re

from tricenter.policies.resources.values import UNKNOWN, Known

RATE = re.compile(r"rate\((?P<count>\d+)\s+(?P<unit>minute|hour|day)s?\)")
UNITS = {"minute": 1 / 60, "hour": 1.0, "day": 24.0}
DAY, WEEK, MONTH = 24.0, 168.0, 744.0
ANY = frozenset({"*", "?"})


def hours_between(schedule: Known[str] | None) -> Known[float] | None:
    """Hours between two runs of `rate(...)`, `cron(...)` or plain cron; None if none is said.

    The longest gap counts by the coarsest field that is bound: a month's, a week's, a day's; what
    runs on several days of a week counts by the days between them on average.
    """
    if schedule is UNKNOWN or schedule is None:
        return schedule
    rate = RATE.fullmatch(schedule.strip())
    if rate:
        return int(rate["count"]) * UNITS[rate["unit"]]
    fields = schedule.strip().removeprefix("cron(").removesuffix(")").split()
    if len(fields) < 5:
        return None
    _, hour, day, month, weekday = fields[:5]
    if month not in ANY:
        return 12 * MONTH / _count(month, 12)
    if day not in ANY and not day.startswith(("*/1", "1/1")):
        return MONTH / _count(day, 31)
    if weekday not in ANY:
        return WEEK / _count(weekday, 7)
    return DAY / _count(hour, 24)


def _count(field: str, whole: int) -> float:
    """How many values a field of cron matches, of `whole` possible ones."""
    if field == "*":
        return whole
    found = 0.0
    for part in field.split(","):
        span, _, every = part.partition("/")
        first, dash, last = span.partition("-")
        if dash and first.isdigit() and last.isdigit():
            found += (int(last) - int(first)) // int(every or 1) + 1
        elif dash:
            found += 5 if part.upper() == "MON-FRI" else 2
        elif every:
            found += whole / int(every)
        else:
            found += 1
    return max(found, 1.0)
