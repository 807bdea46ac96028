"""Style, types and tests in lanes side by side, with one summary at the end."""

import argparse
import os
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from tricenter.setup.places import bin_directory, checkout
from tricenter.setup.toolchain import pulumi_environment
from tricenter.setup.verify.lanes import Lanes, Ran
from tricenter.setup.verify.parts import SUITES, parts
from tricenter.setup.verify.slowest import Test, closing, failed, read_tests, slowest


def heed_signals() -> None:
    """End what runs when this is told to end; in the background of a script also.

    There a shell has SIGINT ignored, what is started inherits that, and pytest would never hear
    that it is to sweep its labs.
    """
    signal.signal(signal.SIGTERM, _interrupted)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def main() -> int:
    """Runs a suite; returns 0 when every part of it passed, else 1."""
    asked = _arguments()
    heed_signals()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="tricenter-verify-") as folder:
        wanted = parts(asked.suite, Path(folder), Path(checkout()))
        environment = {**os.environ, **pulumi_environment()}
        # Hundreds of processes are started, and each would compile all of our modules again.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        lanes = Lanes(Path(checkout()), Path(bin_directory()), environment)
        ran = lanes.run(wanted)
        tests = read_tests(Path(folder, f"{part.name}.xml") for part in wanted if part.tests)
    print("", *_summary(ran, tests, time.monotonic() - begun, asked.set_up), sep="\n", flush=True)
    return 0 if all(one.passed for one in ran) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="verify")
    parser.add_argument("suite", nargs="?", default="test", choices=SUITES)
    parser.add_argument(
        "--set-up", type=float, metavar="SECONDS", help="what set-up took, for the summary"
    )
    return parser.parse_args()


def _summary(
    ran: Sequence[Ran], tests: Sequence[Test], seconds: float, set_up: float | None
) -> list[str]:
    """The slowest tests, the time of each part, and whether all is well."""
    lines = ["the slowest tests, with the fixtures that they were the first to need:"] * bool(tests)
    lines += [f"  {t.seconds:7.1f} s  {t.part:<6} {t.name}" for t in slowest(tests)]
    lines += ["", "the parts, some of them side by side:"]
    if set_up is not None:
        lines.append(f"  {'ok':<7} {set_up:5.0f} s  set-up")
    for one in ran:
        told = closing(t for t in tests if t.part == one.part.name) if one.part.tests else ""
        good = "ok" if one.passed else "FAILED"
        lines.append(f"  {good:<7} {one.seconds:5.0f} s  {one.part.name:<7} {told}".rstrip())
    lines.append(f"  {'':<7} {seconds + (set_up or 0.0):5.0f} s  in all")
    lines += ["", *([closing(tests)] if tests else [])]
    # Last of all: who keeps only the end of a log still learns what to look at.
    lines += [f"  failed: {t.part} {t.name}: {t.reason}" for t in failed(tests)]
    return [*lines, "all passed" if all(one.passed for one in ran) else "FAILED"]


def _interrupted(number: int, frame: object) -> NoReturn:
    del number, frame
    raise KeyboardInterrupt


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
