"""What a run has shown so far, kept line by line: one that was ended goes on where it stopped.

`make test-all` takes hours. Each end of a test is a line of JSON in a file of the checkout, so that
neither `kill -9` nor a machine that goes away loses what was seen. A run goes on only while every
file is as it was; one that came to its end is begun anew.
"""

import hashlib
import json
import os
import platform
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from tricenter.setup.verify.going_on import append, asked_to_go_on
from tricenter.setup.verify.parts import Part
from tricenter.setup.verify.slowest import FAILED, PASSED, Test

BEGUN, GOES_ON, ENDED = "begun", "goes on", "ended"
STARTED = "started"
KEPT = Path(".cache", "test-all.jsonl")
"""Where the lines are, from the checkout; git does not see it, `make clean` takes it away."""

Line = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the runs of one state of the files have shown, taken together."""

    tests: tuple[Test, ...] = ()
    """How each test ended last."""
    before: tuple[Test, ...] = ()
    """Those that had failed, and were played again after the run was ended."""
    parts: frozenset[str] = frozenset()
    """The names of parts that have passed."""
    seconds: Mapping[str, float] = field(default_factory=dict[str, float])
    """What each part took; under "" all of them, side by side."""


def content(root: Path) -> str | None:
    """A hash of all that git would not ignore below `root`, and of what runs it.

    None where git does not say: nothing can go on there.
    """
    command = ("git", "-C", str(root), "ls-files", "-zco", "--exclude-standard")
    listed = subprocess.run(command, capture_output=True, check=False)
    if listed.returncode:
        return None
    ran_by = (sys.version, platform.platform(), platform.freedesktop_os_release().get("ID", ""))
    digest = hashlib.sha256(repr(ran_by).encode())
    for name in sorted(filter(None, listed.stdout.split(b"\0"))):
        path = root / os.fsdecode(name)
        if path.is_symlink():
            held = os.fsencode(path.readlink())
        else:
            held = path.read_bytes() if path.is_file() else b""
        digest.update(name + b"\0" + hashlib.sha256(held).digest())
    return digest.hexdigest()


def begin(kept: Path, root: Path, command: str, *, anew: bool = False) -> Shown:
    """Notes that a run begins, or goes on; what was shown before, of just these files.

    The line has the commit, the command, and the load of the machine.
    """
    held = content(root)
    lines = () if anew else _open(_read(kept), held)
    kept.parent.mkdir(parents=True, exist_ok=True)
    if not lines:
        kept.write_text("", encoding="utf-8")
    elif not kept.read_text(encoding="utf-8").endswith("\n"):
        kept.open("a", encoding="utf-8").write("\n")
    found = subprocess.run(
        ("git", "-C", str(root), "rev-parse", "HEAD"), capture_output=True, text=True, check=False
    )
    append(
        kept,
        run=GOES_ON if lines else BEGUN,
        content=held,
        commit=found.stdout.strip() or None,
        command=command,
        load=[round(one, 2) for one in os.getloadavg()],
    )
    return _together(lines)


def what_is_left(parts: Iterable[Part], shown: Shown, kept: Path, folder: Path) -> tuple[Part, ...]:
    """The parts that have not passed, with tests that note how they end, and begin where they were.

    `folder` takes a file of names for each.
    """
    return tuple(
        _continued(part, shown, kept, folder) if part.tests else part
        for part in parts
        if part.name not in shown.parts
    )


def altogether(shown: Shown, tests: Sequence[Test]) -> Shown:
    """What was shown before this run, and the tests of this run."""
    names = {test.name for test in tests}
    again = (test for test in shown.tests if test.name in names and test.end == FAILED)
    kept = (test for test in shown.tests if test.name not in names)
    return replace(shown, tests=(*kept, *tests), before=(*shown.before, *again))


def _continued(part: Part, shown: Shown, kept: Path, folder: Path) -> Part:
    names = [t.name for t in shown.tests if t.part == part.name and t.end != FAILED]
    listed = folder / f"{part.name}.shown"
    listed.write_text("".join(f"{name}\n" for name in names), encoding="utf-8")
    program, *arguments = part.command
    plugin, environment = asked_to_go_on(part.name, kept, listed)
    return replace(
        part,
        command=(program, *plugin, *arguments),
        environment={**part.environment, **environment},
        begun=bool(names),
    )


def _read(kept: Path) -> Iterator[Line]:
    """The lines; one that was cut off by `kill -9` is none."""
    for text in kept.read_text(encoding="utf-8").splitlines() if kept.is_file() else ():
        try:
            yield json.loads(text)
        except ValueError:
            continue


def _open(lines: Iterable[Line], held: str | None) -> tuple[Line, ...]:
    """The lines of a run of these files that has not come to its end, else none."""
    found = tuple(lines)
    runs = [line for line in found if "run" in line]
    if held is None or not runs or runs[-1]["run"] == ENDED or runs[-1]["content"] != held:
        return ()
    return found


def _together(lines: Iterable[Line]) -> Shown:
    shown = Shown()
    for run in _runs(lines):
        ended = {line["part"] for line in run if "test" not in line and line.get("end") == PASSED}
        shown = replace(
            altogether(shown, tuple(_tests(run))),
            parts=shown.parts | ended,
            seconds=dict(Counter(shown.seconds) + Counter(_seconds(run))),
        )
    return shown


def _runs(lines: Iterable[Line]) -> list[list[Line]]:
    runs: list[list[Line]] = []
    for line in lines:
        if "run" in line:
            runs.append([])
        runs[-1].append(line)
    return runs


def _tests(run: Iterable[Line]) -> Iterable[Test]:
    """How each test of a run ended."""
    keys = [one.name for one in fields(Test)]
    told = ({**line, "name": line["test"]} for line in run if "test" in line)
    return {one["name"]: Test(**{key: one[key] for key in keys}) for one in told}.values()


def _seconds(run: Iterable[Line]) -> Mapping[str, float]:
    """What each part took in one run, and all of them: from its first line to its last."""
    moments: dict[str, list[datetime]] = {}
    for line in run:
        for name in {"", line.get("part", "")}:
            moments.setdefault(name, []).append(datetime.fromisoformat(line["at"]))
    return {name: (at[-1] - at[0]).total_seconds() for name, at in moments.items()}
