"""What a check of a drill says; the worst of many wins."""

from collections.abc import Iterable
from enum import StrEnum


class Verdict(StrEnum):
    """What a check says. No data is `unknown`, which is no success."""

    PASS = "pass"  # noqa: S105 - no password
    UNKNOWN = "unknown"
    FAIL = "fail"


SEVERITY = {Verdict.PASS: 0, Verdict.UNKNOWN: 1, Verdict.FAIL: 2}


def worst_of(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst verdict; unknown when there is none at all."""
    return max(verdicts, key=SEVERITY.__getitem__, default=Verdict.UNKNOWN)
