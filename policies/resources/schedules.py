"""How many hours lie between two runs of a schedule, in the ways that clouds write them."""

import re

from tricenter.policies.resources.values import UNKNOWN, Known
from tricenter.topology.schedule_gaps import longest_gap, never_fires

RATE = re.compile(r"rate\((?P<count>\d+)\s+(?P<unit>minute|hour|day)s?\)")
UNITS = {"minute": 1 / 60, "hour": 1.0, "day": 24.0}
HOUR = 3600.0
DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
NUMBER = re.compile(r"(?<![#/\d])[1-7](?!\d)")


def hours_between(schedule: Known[str] | None) -> Known[float] | None:
    """Hours between two runs of `rate(...)`, `cron(...)` or plain cron at the longest.

    None if none is said, or if it is written in no way that is known here.
    """
    if schedule is UNKNOWN or schedule is None:
        return schedule
    rate = RATE.fullmatch(schedule.strip())
    if rate:
        return int(rate["count"]) * UNITS[rate["unit"]]
    cron = _plain(schedule.strip())
    return None if cron is None or never_fires(cron) else longest_gap(cron, None) / HOUR


def _plain(schedule: str) -> str | None:
    """Five fields of cron, of which AWS writes six: days of the week from 1, a year at the end.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cron-expressions.html (2026-11-30)
    """
    fields = schedule.removeprefix("cron(").removesuffix(")").replace("?", "*").split()
    if len(fields) < 5:
        return None
    if schedule.startswith("cron("):
        fields[4] = NUMBER.sub(lambda day: DAYS[int(day[0]) - 1], fields[4])
    return " ".join(fields[:5])
