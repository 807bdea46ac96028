"""The verification itself: nothing is left out, lanes run side by side, and the end tells all."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tricenter.setup.living import started
from tricenter.setup.verify import __main__ as verify
from tricenter.setup.verify import left_behind
from tricenter.setup.verify.lanes import Lanes
from tricenter.setup.verify.parts import LANES, SUITES, Part, files_marked, parts
from tricenter.setup.verify.slowest import closing, failed, read_tests, slowest

ROOT = Path(__file__).resolve().parent.parent
MARKS = ("lab", "cloud", "long", "browser")


def marks(suite: str) -> list[str]:
    """What the tests of a suite are chosen by."""
    found = [part.command for part in parts(suite, Path(), ROOT) if part.tests]
    return [command[command.index("-m") + 1] for command in found]


def chosen(expression: str, has: set[str]) -> bool:
    """Whether pytest runs a test with these marks: its expressions are Python's."""
    return bool(eval(expression, {}, {mark: mark in has for mark in MARKS}))  # noqa: S307 - ours


@pytest.mark.parametrize("lab", [True, False])
@pytest.mark.parametrize("cloud", [True, False])
@pytest.mark.parametrize("long", [True, False])
def test_every_test_is_run_by_one_part(lab: bool, cloud: bool, long: bool) -> None:
    """By exactly one of `make test-all`, and of `make test` unless it is long."""
    has = {m for m, there in zip(MARKS[:3], (lab, cloud, long), strict=True) if there}
    if {"lab", "cloud"} <= has:
        return  # conftest.py refuses such a test
    assert sum(chosen(one, has) for one in marks("test-all")) == 1
    assert sum(chosen(one, has) for one in marks("test")) == (not long)
    assert sum(chosen(one, has) for one in marks("unit")) == (not long and not has)


def test_a_browser_is_needed_by_make_test_alone() -> None:
    """`make unit` brings Python packages, and nothing of the distribution."""
    ran = {suite: sum(chosen(one, {"browser"}) for one in marks(suite)) for suite in SUITES[1:]}
    assert ran == {"unit": 0, "test": 1, "test-all": 1}


def test_every_part_has_a_lane_and_a_suite() -> None:
    """And each larger suite has all of the smaller one."""
    names = [{part.name for part in parts(suite, Path(), ROOT)} for suite in SUITES]
    lint, unit, test, whole = names
    assert lint < test
    assert unit < test == whole - {"branches"}
    assert lint | unit == test - {"cloud", "lab"}
    for part in parts("test-all", Path(), ROOT):
        assert part.lane in LANES
        assert part.suites <= set(SUITES)


def test_parts_name_the_files_of_their_marks() -> None:
    """As conftest.py demands of every test that has one."""
    assert "tests/offline/test_killed.py" in files_marked(ROOT, "cloud")
    assert "tests/lab/test_services.py" in files_marked(ROOT, "lab")
    assert not set(files_marked(ROOT, "lab")) & set(files_marked(ROOT, "cloud"))


def lanes(tmp_path: Path) -> Lanes:
    """Lanes whose programs are the system's."""
    return Lanes(tmp_path, Path("/bin"), dict(os.environ))


def part(name: str, lane: str, script: str) -> Part:
    """A part that runs a script."""
    return Part(name=name, lane=lane, command=("sh", "-c", script), suites=frozenset({"test"}))


def test_lanes_run_side_by_side_and_parts_one_by_one(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """One lane waits for a file that another makes; every part runs, also after a failure."""
    wait = "until [ -e made ]; do sleep 0.05; done; echo there"
    asked = (
        part("waits", "static", wait),
        part("later", "static", "[ -e made ] && exit 3"),
        part("makes", "lab", "touch made"),
    )
    ran = lanes(tmp_path).run(asked)
    assert [(one.part.name, one.code, one.passed) for one in ran] == [
        ("waits", 0, True), ("later", 3, False), ("makes", 0, True),
    ]  # fmt: skip
    assert "waits  | there" in capfd.readouterr().out


def test_what_is_told_to_end_ends_what_it_runs(tmp_path: Path) -> None:
    """And waits until that has tidied up: a lab's test sweeps its stack."""
    tidied = tmp_path / "tidied"
    script = (
        f"trap 'sleep 0.5; touch {tidied}; exit 1' INT; echo ready; while :; do sleep 0.1; done"
    )
    program = (
        "import os, signal\nfrom pathlib import Path\n"
        "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "from tricenter.setup.verify import __main__ as verify\n"
        "from tricenter.setup.verify.lanes import Lanes\n"
        "from tricenter.setup.verify.parts import Part\n"
        f"part = Part(name='lab', lane='lab', command=('sh', '-c', {script!r}),"
        " suites=frozenset())\n"
        "verify.heed_signals()\n"
        f"Lanes(Path({str(tmp_path)!r}), Path('/bin'), dict(os.environ)).run((part,))\n"
    )
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    while (line := process.stdout.readline()) != "ready\n":
        assert line, "it ended by itself"
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert process.returncode != 0
    assert tidied.exists()


@pytest.mark.parametrize("hears", [True, False])
def test_nothing_that_a_run_started_goes_on(
    hears: bool, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Not even what left its group and its parent, and does not hear; what is not its own does."""
    trap = "" if hears else "trap : TERM; "
    script = f"{trap}echo left $$; exec > /dev/null 2>&1; while :; do sleep 0.1; done"
    leaves = part("leaves", "lab", f"setsid sh -c '{script}' & sleep 0.5")
    monkeypatch.setattr(verify, "parts", lambda *_: (leaves,))
    monkeypatch.setattr(verify, "bin_directory", lambda: "/bin")
    monkeypatch.setattr(sys, "argv", ["verify", "lint"])
    monkeypatch.setattr(left_behind, "GRACE_S", 0.5)
    other = subprocess.Popen(["sleep", "60"])
    try:
        assert verify.main() == 0
        said = capfd.readouterr().out
        (number,) = re.findall(r"left (\d+)", said)
        assert "left behind, and ended: sh -c" in said
        assert started(int(number)) == ""
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_the_end_tells_how_many_and_which_were_slow(tmp_path: Path) -> None:
    """From the files that pytest itself writes; a part that wrote none has none."""
    (tmp_path / "test_x.py").write_text(
        "import time, pytest\n"
        "def test_slow(): time.sleep(0.3)\n"
        "def test_wrong(): assert 0\n"
        "def test_none(): pytest.skip('no')\n"
        "@pytest.fixture\ndef broken(): raise OSError\n"
        "def test_error(broken): pass\n"
    )
    report = tmp_path / "unit.xml"
    command = [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", str(tmp_path)]
    subprocess.run(command, cwd=tmp_path, capture_output=True)
    tests = read_tests([report, tmp_path / "cloud.xml"])
    assert closing(tests) == "1 passed, 2 failed, 1 skipped"
    (first,) = slowest(tests, 1)
    assert (first.name.rpartition("::")[2], first.part) == ("test_slow", "unit")
    assert first.seconds >= 0.3
    assert [(test.name.rpartition("::")[2], test.reason) for test in failed(tests)] == [
        ("test_wrong", "assert 0"),
        ("test_error", 'failed on setup with "OSError"'),
    ]
