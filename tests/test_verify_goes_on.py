"""A run of hours that was ended goes on where it stopped, and tells what it had seen."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tricenter.setup.verify.going_on import append
from tricenter.setup.verify.lanes import Ran
from tricenter.setup.verify.parts import Part
from tricenter.setup.verify.shown import (
    ENDED,
    STARTED,
    Shown,
    altogether,
    begin,
    what_is_left,
)
from tricenter.setup.verify.slowest import PASSED, failed, read_tests
from tricenter.setup.verify.slowest import Test as Told

FILES = {
    "test_quick.py": "def test_one(): pass\ndef test_two(): pass\n",
    "test_wrong.py": "import os\ndef test_wrong(): assert os.path.exists('.cache/mended'), 'no'\n",
    "test_then.py": (
        "import os, time\n"
        "def test_before(): pass\n"
        "def test_goes():\n"
        "    while 'test_before' not in open('.cache/lines').read(): time.sleep(0.05)\n"
        "    if not os.path.exists('.cache/power'):\n"
        "        open('.cache/power', 'w').close()\n"
        "        os.kill(os.getppid() if 'PYTEST_XDIST_WORKER' in os.environ else os.getpid(), 9)\n"
    ),
    "test_zone.py": "def test_last(): pass\n",
}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout of git with a few tests."""
    root = tmp_path / "checkout"
    root.mkdir()
    for name, text in {
        **FILES,
        ".gitignore": ".cache/\n.pytest_cache/\n__pycache__/\n*.xml\n",
    }.items():
        (root / name).write_text(text, encoding="utf-8")
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    return root


def play(root: Path, *options: str, anew: bool = False) -> tuple[Shown, tuple[Told, ...], Ran]:
    """One run: what was shown before it, what it played itself, and how it ended."""
    kept, report = root / ".cache" / "lines", root / "unit.xml"
    report.unlink(missing_ok=True)
    shown = begin(kept, root, "make", anew=anew)
    command = ("pytest", *options, f"--junitxml={report}")
    part = Part(name="unit", lane="tests", command=command, suites=frozenset(), tests=True)
    left = what_is_left((part,), shown, kept, root / ".cache")
    if not left:
        return shown, (), Ran(part=part, seconds=0.0, code=0)
    (asked,) = left
    append(kept, part="unit", end=STARTED)
    words = [sys.executable, "-m", *asked.command]
    environment = {**os.environ, **asked.environment}
    environment.pop("PYTEST_XDIST_WORKER", None)  # ours
    done = subprocess.run(words, cwd=root, env=environment, capture_output=True)
    ran = Ran(part=asked, seconds=0.0, code=done.returncode)
    append(kept, part="unit", end=PASSED if ran.passed else "failed")
    return shown, read_tests([report]), ran


def names(tests: tuple[Told, ...]) -> list[str]:
    """Of tests, without their files."""
    return [test.name.rpartition("::")[2] for test in tests]


@pytest.mark.parametrize("options", [(), ("-n", "1", "--dist", "loadfile")])
def test_what_was_killed_goes_on_by_whole_files(checkout: Path, options: tuple[str, ...]) -> None:
    """The tests of a file may stand on one another, so one that was half done is played whole."""
    _, _, killed = play(checkout, *options)
    assert killed.code == -9
    (checkout / ".cache" / "mended").touch()
    shown, played, ran = play(checkout, *options)
    assert ran.passed
    assert sorted(names(shown.tests)) == ["test_before", "test_one", "test_two"]
    assert sorted(names(played)) == ["test_before", "test_goes", "test_last", "test_wrong"]
    whole = altogether(shown, played)
    assert sorted(names(whole.tests)) == [
        "test_before", "test_goes", "test_last", "test_one", "test_two", "test_wrong",
    ]  # fmt: skip
    assert shown.seconds[""] >= shown.seconds["unit"] > 0
    # Nothing is left of this run, and the part need not be started at all.
    assert names(play(checkout, *options)[1]) == []


def test_what_had_failed_is_played_again_and_told(checkout: Path) -> None:
    """As a run that is ended by a signal may fail for that alone; both ends stay to be read."""
    (checkout / ".cache").mkdir()
    (checkout / ".cache" / "power").touch()
    _, played, ran = play(checkout)
    assert names(failed(played)) == ["test_wrong"] and not ran.passed
    (checkout / ".cache" / "mended").touch()
    shown, again, ran = play(checkout)
    assert names(again) == ["test_wrong"] and ran.passed
    whole = altogether(shown, again)
    assert not failed(whole.tests)
    ((name, reason),) = [(t.name.rpartition("::")[2], t.reason) for t in whole.before]
    assert (name, reason.split()[:2]) == ("test_wrong", ["AssertionError:", "no"])


@pytest.mark.parametrize("how", ["a file", "a new file", "ended", "asked", "no git"])
def test_a_run_begins_anew(checkout: Path, how: str) -> None:
    """With other files, after its end, where it is asked for, and where nothing tells of files."""
    (checkout / ".cache").mkdir()
    (checkout / ".cache" / "mended").touch()
    play(checkout)
    assert begin(checkout / ".cache" / "lines", checkout, "make").tests
    if how == "a file":
        (checkout / "test_zone.py").write_text("def test_last(): assert True\n")
    elif how == "a new file":
        (checkout / "test_new.py").touch()
    elif how == "ended":
        append(checkout / ".cache" / "lines", run=ENDED)
    elif how == "no git":
        (checkout / ".git").rename(checkout / ".cache" / "git")
    shown = begin(checkout / ".cache" / "lines", checkout, "make", anew=how == "asked")
    assert shown == Shown()


def test_a_line_that_was_cut_off_is_none(checkout: Path) -> None:
    """As `kill -9` or a full disk leaves it; all others count."""
    (checkout / ".cache").mkdir()
    (checkout / ".cache" / "power").touch()
    play(checkout)
    kept = checkout / ".cache" / "lines"
    lines = kept.read_text(encoding="utf-8").splitlines(keepends=True)
    cut = next(n for n, line in enumerate(lines) if "test_last" in line)
    kept.write_text("".join(lines[:cut]) + lines[cut][:40], encoding="utf-8")
    shown = begin(kept, checkout, "make")
    assert sorted(names(shown.tests)) == [
        "test_before", "test_goes", "test_one", "test_two", "test_wrong",
    ]  # fmt: skip
    assert '"goes on"' in kept.read_text(encoding="utf-8").splitlines()[-1][:80]
