"""What the tests of all parts say of themselves in their JUnit files: how many, and how slow."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

SHOWN = 10
REASON_LENGTH = 300
PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"
ENDS = {"failure": FAILED, "error": FAILED, "skipped": SKIPPED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """One test; its seconds are those of its fixtures too, as far as it was the first to ask."""

    name: str
    part: str
    seconds: float
    end: str
    reason: str = ""
    """Why it failed, in one line that is cut off where it grows long."""


def read_tests(reports: Iterable[Path]) -> tuple[Test, ...]:
    """Every test of the files that are there; the part is the file's name."""
    return tuple(
        Test(
            name=f"{case.get('classname', '').replace('.', '/')}.py::{case.get('name', '')}",
            part=report.stem,
            seconds=float(case.get("time", "0")),
            end=next((ENDS[found.tag] for found in case if found.tag in ENDS), PASSED),
            reason=_reason(case),
        )
        for report in reports
        if report.is_file()
        # Our own pytest has written it.
        for case in ElementTree.parse(report).iter("testcase")  # noqa: S314
    )


def _reason(case: ElementTree.Element) -> str:
    told = (found.get("message", "") for found in case if ENDS.get(found.tag) == FAILED)
    return in_one_line(next(told, ""))


def in_one_line(reason: str) -> str:
    """Why a test failed as a summary tells it, cut off where it grows long."""
    return " ".join(reason.split())[:REASON_LENGTH]


def failed(tests: Iterable[Test]) -> tuple[Test, ...]:
    """Those that failed, in their order."""
    return tuple(test for test in tests if test.end == FAILED)


def slowest(tests: Iterable[Test], number: int = SHOWN) -> tuple[Test, ...]:
    """The slowest ones, the slowest first."""
    return tuple(sorted(tests, key=lambda test: -test.seconds)[:number])


def closing(tests: Iterable[Test]) -> str:
    """`8 passed, 0 failed, 1 skipped`, for who reads the end of the output only."""
    ends = Counter(test.end for test in tests)
    return ", ".join(f"{ends[end]} {end}" for end in (PASSED, FAILED, SKIPPED))
