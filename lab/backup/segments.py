"""The log in a repository: its segments, and the gaps that a full queue has torn."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

SEGMENT = re.compile(r"([0-9A-F]{8})([0-9A-F]{8})([0-9A-F]{8})(-[0-9a-f]{40}.*)?")
PER_FILE = 256
"""Segments of the usual 16 MiB in each 4 GiB of the log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Segments of one timeline that are missing between two that are there."""

    after: str
    before: str
    missing: int


def gaps(names: Iterable[str], since: str = "") -> tuple[Gap, ...]:
    """The gaps between archived segments, from the segment `since` on, by timeline.

    Names are those of files in an archive; others than segments are passed over.
    """
    found = sorted({match[0][:24] for name in names if (match := SEGMENT.fullmatch(name))})
    later = [name for name in found if name >= since]
    holes: list[Gap] = []
    for one, next_one in pairwise(later):
        missing = _number(next_one) - _number(one) - 1
        if one[:8] == next_one[:8] and missing > 0:
            holes.append(Gap(after=one, before=next_one, missing=missing))
    return tuple(holes)


def _number(name: str) -> int:
    return int(name[8:16], 16) * PER_FILE + int(name[16:24], 16)
