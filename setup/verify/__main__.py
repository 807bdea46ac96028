"""`make test`: style, types, tests, then the tests in the real lab, with one summary at the end."""

import argparse
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tricenter.setup.places import bin_directory, checkout
from tricenter.setup.toolchain import pulumi_environment

COVERED = 95  # percent of branches of topology/


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One command of the verification."""

    name: str
    command: tuple[str, ...]
    suite: str


PARTS = (
    Part(name="style", suite="lint", command=("ruff", "check", ".")),
    Part(name="format", suite="lint", command=("ruff", "format", "--check", ".")),
    Part(name="types", suite="lint", command=("basedpyright", "--warnings")),
    Part(
        name="tests",
        suite="unit",
        command=(
            # Some tests take minutes: who is done takes over what the other has still to do.
            *("pytest", "-q", "-n", "2", "--dist", "worksteal", "-m", "not lab"),
            *("--cov", "--cov-report=term:skip-covered", f"--cov-fail-under={COVERED}"),
        ),
    ),
    Part(name="tests in the lab", suite="lab", command=("pytest", "-q", "-m", "lab")),
)
SUITES = {"lint": {"lint"}, "unit": {"lint", "unit"}, "all": {"lint", "unit", "lab"}}


def main() -> int:
    """Runs the parts of a suite, all of them also after a failure; returns 0 or 1."""
    parser = argparse.ArgumentParser(prog="verify")
    parser.add_argument("suite", nargs="?", default="all", choices=SUITES)
    wanted = SUITES[parser.parse_args().suite]
    lines: list[str] = []
    good = True
    for part in PARTS:
        if part.suite in wanted:
            seconds, code = _run(part)
            passed = code == 0  # no test collected (5) is a failure too
            good = good and passed
            lines.append(f"  {'ok' if passed else 'FAILED':<7} {seconds:5.0f} s  {part.name}")
    print("", *lines, "", "all passed" if good else "FAILED", sep="\n", flush=True)
    return 0 if good else 1


def _run(part: Part) -> tuple[float, int]:
    print(f"== {part.name}: {' '.join(part.command)}", flush=True)
    begun = time.monotonic()
    program, *arguments = part.command
    done = subprocess.run(
        [str(Path(bin_directory(), program)), *arguments],
        check=False,
        stdin=subprocess.DEVNULL,
        cwd=checkout(),
        env={**os.environ, **pulumi_environment()},
    )
    return time.monotonic() - begun, done.returncode


if __name__ == "__main__":
    sys.exit(main())
