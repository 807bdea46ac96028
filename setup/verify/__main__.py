"""Style, types and tests in lanes side by side, with one summary at the end."""

import argparse
import os
import signal
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from tricenter.setup.places import bin_directory, checkout
from tricenter.setup.toolchain import pulumi_environment
from tricenter.setup.verify.going_on import append
from tricenter.setup.verify.lanes import Lanes, Ran, unheard
from tricenter.setup.verify.left_behind import MARK, end_left_behind
from tricenter.setup.verify.parts import SUITES, Part, parts
from tricenter.setup.verify.shown import (
    ENDED,
    KEPT,
    STARTED,
    Shown,
    altogether,
    begin,
    what_is_left,
)
from tricenter.setup.verify.slowest import (
    FAILED,
    PASSED,
    Test,
    closing,
    failed,
    read_tests,
    slowest,
)

GOING_ON = "test-all"
"""The suite of hours, which goes on where it was ended."""
SHOWN = 150
"""Characters of a command line."""


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
    root = Path(checkout())
    kept = root / KEPT
    with tempfile.TemporaryDirectory(prefix="tricenter-verify-") as folder:
        wanted = parts(asked.suite, Path(folder), root)
        shown, told = Shown(), unheard
        if asked.suite == GOING_ON:
            shown, told = begin(kept, root, " ".join(sys.orig_argv), anew=asked.anew), _noting(kept)
            _say_what_is_shown(shown)
            wanted = what_is_left(wanted, shown, kept, Path(folder))
        ran = _run(root, wanted, told)
        tests = read_tests(Path(folder, f"{part.name}.xml") for part in wanted if part.tests)
    if asked.suite == GOING_ON:
        append(kept, run=ENDED)
    lines = _summary(ran, tests, shown, time.monotonic() - begun, asked.set_up)
    print("", *lines, sep="\n", flush=True)
    return 0 if all(one.passed for one in ran) else 1


def _run(
    root: Path, wanted: Sequence[Part], told: Callable[[Part, Ran | None], None]
) -> Sequence[Ran]:
    """Runs parts; also when it is interrupted nothing that they started goes on."""
    mark = uuid.uuid4().hex
    environment = {**os.environ, **pulumi_environment(), MARK: mark}
    # Hundreds of processes are started, and each would compile all of our modules again.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    try:
        return Lanes(root, Path(bin_directory()), environment, told).run(wanted)
    finally:
        for left in end_left_behind(mark):
            print(f"left behind, and ended: {left[:SHOWN]}", flush=True)


def _noting(kept: Path) -> Callable[[Part, Ran | None], None]:
    def note(part: Part, ran: Ran | None) -> None:
        end = STARTED if ran is None else PASSED if ran.passed else FAILED
        append(kept, part=part.name, end=end)

    return note


def _say_what_is_shown(shown: Shown) -> None:
    if shown.parts or shown.tests:
        print(
            f"goes on where it was ended: {len(shown.tests)} tests have run on these very files; "
            "`make test-all ANEW=1` runs them again",
            flush=True,
        )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="verify")
    parser.add_argument("suite", nargs="?", default="test", choices=SUITES)
    parser.add_argument(
        "--anew", action="store_true", help=f"{GOING_ON}: do not go on where one was ended"
    )
    parser.add_argument(
        "--set-up", type=float, metavar="SECONDS", help="what set-up took, for the summary"
    )
    return parser.parse_args()


def _summary(
    ran: Sequence[Ran], played: Sequence[Test], shown: Shown, seconds: float, set_up: float | None
) -> list[str]:
    """The slowest tests, the time of each part, and whether all is well.

    What an ended run has shown is told as if it had gone on; what it had failed, too.
    """
    shown = altogether(shown, played)
    tests = shown.tests
    lines = ["the slowest tests, with the fixtures that they were the first to need:"] * bool(tests)
    lines += [f"  {t.seconds:7.1f} s  {t.part:<6} {t.name}" for t in slowest(tests)]
    lines += ["", "the parts, some of them side by side:"]
    if set_up is not None:
        lines.append(f"  {'ok':<7} {set_up:5.0f} s  set-up")
    took = {one.part.name: one.seconds for one in ran}
    bad = {one.part.name for one in ran if not one.passed}
    for name in dict.fromkeys([*sorted(shown.parts), *took]):
        of = [t for t in tests if t.part == name]
        told = f"{took.get(name, 0.0) + shown.seconds.get(name, 0.0):5.0f} s  {name:<7} "
        good = "FAILED" if name in bad else "ok"
        lines.append(f"  {good:<7} {told}{closing(of) if of else ''}".rstrip())
    whole = seconds + (set_up or 0.0) + shown.seconds.get("", 0.0)
    lines.append(f"  {'':<7} {whole:5.0f} s  in all{' its runs' * ('' in shown.seconds)}")
    lines += ["", *([closing(tests)] if tests else [])]
    # Last of all: who keeps only the end of a log still learns what to look at.
    lines += [
        f"  had failed before the run went on: {t.part} {t.name}: {t.reason}" for t in shown.before
    ]
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
