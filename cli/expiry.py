"""When a drill's stack may be taken away: expiries as settings, tags and labels write them."""

import re
from datetime import UTC, datetime

LABEL = re.compile(r"(\d{4}-\d{2}-\d{2})t(\d{2})-(\d{2})-(\d{2})(?:-\d{2}-\d{2}|z)?")
"""A time in a label of Google, which has small letters, digits and hyphens only; always UTC."""


def read_time(text: str) -> datetime:
    """The time of a text, ISO 8601 or as a label has it, in UTC where it names no zone.

    ValueError for another text.
    """
    if found := LABEL.fullmatch(text):
        day, *clock = found.groups()
        text = f"{day}T{':'.join(clock)}+00:00"
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is no time such as 2026-11-24T12:00:00+00:00") from None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def has_expired(expires: str | None, now: datetime) -> bool:
    """Whether an expiry is given and has passed; ValueError for a text that is no time."""
    return bool(expires) and read_time(str(expires)) <= now
