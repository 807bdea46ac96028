"""The log in a repository: its segments, and the gaps that a full queue or a loss has torn."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise

SEGMENT = re.compile(r"([0-9A-F]{8})([0-9A-F]{8})([0-9A-F]{8})(-[0-9a-f]{40}.*)?")
PER_FILE = 256
"""Segments of the usual 16 MiB in each 4 GiB of the log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Segments that are missing between two that are there."""

    after: str
    before: str
    missing: int


def segments(names: Iterable[str], since: str = "") -> tuple[str, ...]:
    """The segments among the names of files in an archive, in order, from `since` on."""
    found = {match[0][:24] for name in names if (match := SEGMENT.fullmatch(name))}
    return tuple(sorted(name for name in found if name >= since))


def gaps(names: Iterable[str], since: str = "") -> tuple[Gap, ...]:
    """The gaps between archived segments, from the segment `since` on.

    Names are those of files in an archive; others than segments are passed over. A timeline goes
    on in the segment in which it branched off, or in an earlier one.
    """
    found = segments(names, since)
    lines = [list(line) for _, line in groupby(found, key=lambda name: name[:8])]
    holes = (*_within(lines), *_between(lines))
    return tuple(sorted(holes, key=lambda gap: (number(gap.after), gap.after)))


def _within(lines: list[list[str]]) -> Iterator[Gap]:
    for line in lines:
        for one, other in pairwise(line):
            if missing := number(other) - number(one) - 1:
                yield Gap(after=one, before=other, missing=missing)


def _between(lines: list[list[str]]) -> Iterator[Gap]:
    """What a leader had not yet handed over when another went on from its end.

    Which timeline another one came from is not in the names: the furthest of the earlier ones
    counts, as one that was given up early tears nothing.
    """
    for index in range(1, len(lines)):
        furthest = max((line[-1] for line in lines[:index]), key=number)
        missing = number(lines[index][0]) - number(furthest) - 1
        if missing > 0:
            yield Gap(after=furthest, before=lines[index][0], missing=missing)


def number(name: str) -> int:
    """Which segment of its timeline a name is."""
    return int(name[8:16], 16) * PER_FILE + int(name[16:24], 16)
