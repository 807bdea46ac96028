"""Cron texts: whether their five fields can ever come true."""

import re

from tricenter.topology.schedule_gaps import never_fires

FIELDS = (("minute", 0, 59), ("hour", 0, 23), ("day", 1, 31), ("month", 1, 12), ("weekday", 0, 7))
PART = re.compile(r"(\*|\d{1,2}(-\d{1,2})?)(/\d{1,2})?")


def explain_cron(cron: str) -> str | None:
    """What is wrong with a text of five cron fields; None if it can come true."""
    texts = cron.split()
    for text, (name, low, high) in zip(texts, FIELDS, strict=True):
        for part in text.split(","):
            if reason := _part(part, name, low, high):
                return reason
    if never_fires(cron):
        return f"month {texts[3]} has no day {texts[2]}, so it would never run"
    return None


def _part(part: str, name: str, low: int, high: int) -> str | None:
    if PART.fullmatch(part) is None:
        return f"the {name} '{part}' is not a number, *, a range such as 1-5 or a step such as */2"
    span, _, step = part.partition("/")
    ends = [int(end) for end in span.split("-")] if span != "*" else [low, high]
    for end in ends:
        if not low <= end <= high:
            return f"the {name} {end} is not between {low} and {high}"
    if ends[0] > ends[-1]:
        return f"the {name} range {span} runs backwards"
    if step and int(step) == 0:
        return f"the {name} step /0 never comes"
    return None
