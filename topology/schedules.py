"""Cron texts: whether their five fields can ever come true."""

import re

FIELDS = (("minute", 0, 59), ("hour", 0, 23), ("day", 1, 31), ("month", 1, 12), ("weekday", 0, 7))
PART = re.compile(r"(\*|\d{1,2}(-\d{1,2})?)(/\d{1,2})?")
LONGEST_MONTHS = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}
"""Months that have fewer than 31 days."""


def explain_cron(cron: str) -> str | None:
    """What is wrong with a text of five cron fields; None if it can come true."""
    texts = cron.split()
    for text, (name, low, high) in zip(texts, FIELDS, strict=True):
        for part in text.split(","):
            if reason := _part(part, name, low, high):
                return reason
    days, months = texts[2], texts[3]
    named = [int(month) for month in months.split(",") if month.isdigit()]
    fixed = days.isdigit() and len(named) == len(months.split(",")) and texts[4] == "*"
    if fixed and all(int(days) > LONGEST_MONTHS.get(month, 31) for month in named):
        return f"month {months} has no day {days}, so it would never run"
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
