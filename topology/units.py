"""Human units of the spec: durations, sizes, and the names that are identities.

Digits are ASCII: `\\d` would also take those of other scripts, which other programs do not.
"""

import re
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

SECONDS = {
    "us": 1e-6,
    "ms": 1e-3,
    "s": 1.0,
    "min": 60.0,
    "h": 3600.0,
    "d": 86400.0,
    "w": 7 * 86400.0,
    "y": 365 * 86400.0,
}
MEBIBYTES = {"MiB": 1, "GiB": 1024, "TiB": 1024 * 1024}
DURATION = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,15})?)(us|ms|s|min|h|d|w|y)")
SIZE = re.compile(r"([0-9]{1,15})(MiB|GiB|TiB)")
DURATION_PATTERN = r"^[0-9]{1,15}(\.[0-9]{1,15})?(us|ms|s|min|h|d|w|y)$"
SIZE_PATTERN = r"^[0-9]{1,15}(MiB|GiB|TiB)$"
DAY_PATTERN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
NAME_PATTERN = r"^[a-z](-?[a-z0-9])*$"
"""No dash at the end and no two in a row: what RDS and names of hosts forbid (checked 2026-11-30:
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html, RFC 1123)."""
LONGEST_NAME = 30
"""Characters of a name: with those of a site and the topology it fits into clouds' limits."""
LONGEST_S = 1000 * SECONDS["y"]
"""The longest duration of a spec: beyond it dates cannot be reckoned."""
LARGEST_MIB = 1024 * MEBIBYTES["TiB"]
"""The largest size of a spec, 1024 TiB: sixteen times what the largest managed database holds."""
MOST = 1_000_000_000
"""The largest whole number of a spec: transactions a second, connections, metres, copies."""


def parse_duration(value: object) -> float:
    """The seconds of a text such as '30s', '5min' or '1.5h'; raises for anything else."""
    found = DURATION.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise PydanticCustomError(
            "bad_duration", "{shown} is not a duration", {"shown": repr(value)}
        )
    seconds = float(found[1]) * SECONDS[found[2]]
    if seconds > LONGEST_S:
        raise PydanticCustomError("long_duration", "{shown} is too long", {"shown": repr(value)})
    return seconds


def format_duration(seconds: float) -> str:
    """A duration in the largest unit that states it exactly, as a spec would write it."""
    if seconds == 0:
        return "0s"
    for unit in ("y", "w", "d", "h", "min", "s", "ms"):
        amount = round(seconds / SECONDS[unit], 9)
        if amount >= 1 and amount == int(amount):
            return f"{int(amount)}{unit}"
    return f"{seconds:g}s" if seconds >= 1 else f"{seconds * 1e6:g}us"


def parse_size(value: object) -> int:
    """The mebibytes of a text such as '512MiB' or '2GiB'; raises for anything else."""
    found = SIZE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise PydanticCustomError("bad_size", "{shown} is not a size", {"shown": repr(value)})
    mebibytes = int(found[1]) * MEBIBYTES[found[2]]
    if mebibytes > LARGEST_MIB:
        raise PydanticCustomError("large_size", "{shown} is too large", {"shown": repr(value)})
    return mebibytes


def parse_date(value: object) -> date:
    """The day of a text such as '2027-03-31'; raises for anything else."""
    if isinstance(value, date):
        return value
    try:
        if isinstance(value, str) and re.fullmatch(DAY_PATTERN, value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise PydanticCustomError("bad_date", "{shown} is not a date", {"shown": repr(value)})


def _schema(pattern: str, example: str, what: str) -> WithJsonSchema:
    shown: dict[str, Any] = {"type": "string", "pattern": pattern, "examples": [example]}
    return WithJsonSchema({**shown, "description": what})


Duration = Annotated[
    float,
    BeforeValidator(parse_duration),
    PlainSerializer(format_duration, return_type=str),
    _schema(DURATION_PATTERN, "30s", "A duration: a number and one of us, ms, s, min, h, d, w, y."),
]
Size = Annotated[
    int,
    BeforeValidator(parse_size),
    PlainSerializer(lambda mebibytes: f"{mebibytes}MiB", return_type=str),
    _schema(SIZE_PATTERN, "2GiB", "A size: a whole number and one of MiB, GiB, TiB."),
]
Day = Annotated[date, BeforeValidator(parse_date), _schema(DAY_PATTERN, "2027-03-31", "A day.")]
Name = Annotated[str, Field(pattern=NAME_PATTERN, max_length=LONGEST_NAME)]
