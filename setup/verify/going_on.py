"""A plugin of pytest: leaves out what an ended run has shown, and notes how each test ends.

Files are played whole or not at all: the tests of one may stand on what those before them left.
"""

import json
import os
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tricenter.setup.verify.slowest import FAILED, PASSED, SKIPPED, in_one_line

PART, KEPT, SHOWN = "TRICENTER_PART", "TRICENTER_KEPT", "TRICENTER_SHOWN"
"""In the environment: the part's name, the file of lines, a file of the names that need no run."""

_reports: dict[str, list[pytest.TestReport]] = defaultdict(list)


def asked_to_go_on(
    part: str, kept: Path, listed: Path
) -> tuple[tuple[str, ...], Mapping[str, str]]:
    """What a command line and an environment of pytest need for this plugin."""
    return ("-p", __name__), {PART: part, KEPT: str(kept), SHOWN: str(listed)}


def append(kept: Path, **line: Any) -> None:
    """Adds a line of JSON to a file, with the moment in UTC beside what is given."""
    whole = json.dumps({"at": datetime.now(UTC).isoformat(timespec="milliseconds"), **line})
    with kept.open("a", encoding="utf-8") as file:
        file.write(whole + "\n")


@pytest.hookimpl(trylast=True)  # after `-m` has chosen
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the files of which every test has been shown."""
    shown = set(Path(os.environ[SHOWN]).read_text(encoding="utf-8").splitlines())
    missing = {item.path for item in items if item.nodeid not in shown}
    config.hook.pytest_deselected(items=[item for item in items if item.path not in missing])
    items[:] = [item for item in items if item.path in missing]


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note how a test ended, once it has tidied up; of workers, who started them is told."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    _reports[report.nodeid].append(report)
    if report.when not in ("setup", "call"):  # a worker that crashed has no word for it
        _note(report.nodeid, _reports.pop(report.nodeid))


def _note(name: str, reports: list[pytest.TestReport]) -> None:
    wrong = next((one for one in reports if one.failed), None)
    end = FAILED if wrong else SKIPPED if any(one.skipped for one in reports) else PASSED
    append(
        Path(os.environ[KEPT]),
        test=name,
        part=os.environ[PART],
        seconds=round(sum(one.duration for one in reports), 3),
        end=end,
        reason=_reason(wrong) if wrong else "",
    )


def _reason(report: pytest.TestReport) -> str:
    told = getattr(getattr(report.longrepr, "reprcrash", None), "message", report.longreprtext)
    return in_one_line(str(told))
