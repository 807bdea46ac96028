"""pytest as a process that ends with whoever started it, and tells which tests passed and failed.

`python leash.py PARENT REPORT ARGUMENT...`: PARENT is the process that it ends with, REPORT the
file for what it tells, as JSON; the arguments are pytest's.
"""

import ctypes
import json
import os
import signal
import sys
from pathlib import Path

import pytest

PR_SET_PDEATHSIG = 1


class Told:
    """What became of each test's own part; what fixtures did is not counted."""

    def __init__(self) -> None:
        self.passed: list[str] = []
        self.failed: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the name of a test that passed or failed."""
        if report.when == "call" and report.outcome != "skipped":
            (self.passed if report.passed else self.failed).append(report.nodeid)


def main() -> int:
    """Run pytest; its exit code."""
    parent, report, *arguments = sys.argv[1:]
    # As Ctrl-C: fixtures put away what they have made. A shell's background job ignores it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT, 0, 0, 0)
    if os.getppid() != int(parent):
        return int(pytest.ExitCode.INTERRUPTED)
    told = Told()
    code = pytest.main(arguments, plugins=[told])
    Path(report).write_text(json.dumps({"passed": told.passed, "failed": told.failed}))
    return int(code)


if __name__ == "__main__":
    sys.exit(main())
