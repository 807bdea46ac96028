"""Steps of set-up beside each other: whose line is whose, who is ended, and when."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tricenter.setup import __main__ as setup
from tricenter.setup import side_by_side
from tricenter.setup.side_by_side import Step, run

ROOT = Path(__file__).resolve().parent.parent
LONG = "sleep 300 & echo $! > {0}; wait"
"""A step that starts a process of its own, writes its number down, and takes too long."""


def shell(name: str, script: str, *, needed: bool = False, whole: bool = False) -> Step:
    """A step that is a script."""
    return Step(name=name, command=["sh", "-c", script], needed=needed, whole=whole)


def python(name: str, code: str) -> Step:
    """A step that is a program of Python."""
    return Step(name=name, command=[sys.executable, "-c", code])


def soon(condition: Callable[[], bool]) -> bool:
    """Whether something comes true within some seconds."""
    until = time.monotonic() + 20
    while not condition() and time.monotonic() < until:
        time.sleep(0.02)
    return condition()


def gone(file: Path) -> bool:
    """Whether the process has ended whose number is in a file."""
    try:
        state = Path("/proc", file.read_text().strip(), "stat").read_text()
    except FileNotFoundError:
        return True
    return state.rpartition(")")[2].split()[0] in "ZX"


def test_each_line_says_whose_it_is(capfd: pytest.CaptureFixture[str]) -> None:
    """Also what foreign programs say, on whatever stream; no line gets into another."""
    code = "import sys\nfor n in range(300): print('x' * 99, n, flush=True)"
    said = "from tricenter.setup import steps; steps.say('done')"
    assert run([[python("a", code)], [python("b", code)], [python("c", said)]]) == frozenset()
    lines = capfd.readouterr().out.splitlines()
    for name in "ab":
        own = [line for line in lines if line.startswith(f"setup: {name}: ")]
        assert own == [f"setup: {name}: {'x' * 99} {n}" for n in range(300)]
    assert [line for line in lines if "x" not in line] == ["setup: c: done"]


def test_they_run_at_the_same_time_and_a_chain_in_order(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Each waits for a file of the other; the second of a chain finds what the first has made."""
    wait = "until [ -e {0} ]; do sleep 0.02; done"
    chain = [shell("a", f"touch {tmp_path}/a; {wait.format(tmp_path / 'b')}; touch {tmp_path}/c")]
    chain.append(shell("c", f"test -e {tmp_path}/c"))
    other = shell("b", f"touch {tmp_path}/b; {wait.format(tmp_path / 'a')}")
    assert run([chain, [other]]) == frozenset()


def test_without_a_needed_one_the_others_are_ended(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """With all that they have started, and what comes after them is not begun."""
    number = tmp_path / "number"
    after = shell("after", f"touch {tmp_path}/after")
    broken = f"until [ -s {number} ]; do sleep 0.02; done; echo 'no wheel' >&2; exit 4"
    chains = [[shell("build", LONG.format(number)), after], [shell("pip", broken, needed=True)]]
    begun = time.monotonic()
    assert run(chains) == {"pip"}
    assert time.monotonic() - begun < side_by_side.GRACE_S
    assert soon(lambda: gone(number))
    assert not (tmp_path / "after").exists()
    assert capfd.readouterr().err == "no wheel\n"


def test_what_would_be_left_half_done_is_waited_for(tmp_path: Path) -> None:
    """Packages are installed to their end, also where all else was in vain."""
    begun, ended = tmp_path / "begun", tmp_path / "ended"
    apt = shell("apt", f"touch {begun}; sleep 0.5; touch {ended}", whole=True)
    broken = shell("pip", f"until [ -e {begun} ]; do sleep 0.02; done; exit 4", needed=True)
    assert run([[apt], [broken]]) == {"pip"}
    assert ended.exists()


def test_any_other_failure_stops_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """What can be brought is brought; what a failed build has started is gone."""
    number, after = tmp_path / "number", tmp_path / "after"
    fails = shell("build", f"sleep 300 & echo $! > {number}; echo why >&2; exit 4")
    killed = shell("killed", "kill -9 $$")
    assert run([[fails, shell("after", f"touch {after}")], [killed]]) == {"build", "killed"}
    assert after.exists()
    assert soon(lambda: gone(number))
    told = capfd.readouterr().err.splitlines()
    assert sorted(told) == ["setup: cannot go on: killed ended with signal 9", "why"]


DRIVER = """
import sys
from tricenter.setup import __main__ as setup
from tricenter.setup.side_by_side import Step
def step(name, flags, **given):
    return Step(name=name, command=["sh", "-c", sys.argv[1]], **given)
setup.step = step
sys.exit(setup.main(["--python-only"]))
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_whoever_ends_the_set_up_ends_all_of_it(
    number: signal.Signals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where it was started in the background of a shell, which lets Ctrl-C be ignored."""
    file = tmp_path / "number"
    script = 'trap "" INT; exec "$@"' if number == signal.SIGINT else 'exec "$@"'
    command = ["sh", "-c", script, "sh", sys.executable, "-c", DRIVER, LONG.format(file)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert soon(lambda: file.exists() and bool(file.read_text()))
    process.send_signal(number)
    _, told = process.communicate(timeout=30)
    assert process.returncode == 130
    assert told == "setup: interrupted\n"
    assert soon(lambda: gone(file))


def test_who_does_not_end_when_asked_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the grace, with all that it has started."""
    monkeypatch.setattr(side_by_side, "GRACE_S", 0.2)
    number = tmp_path / "number"
    stubborn = shell("stubborn", f'trap "" INT; {LONG.format(number)}; sleep 300')
    broken = shell("pip", f"until [ -s {number} ]; do sleep 0.02; done; exit 4", needed=True)
    assert run([[stubborn], [broken]]) == {"pip"}
    assert soon(lambda: gone(number))


@pytest.mark.parametrize(
    ("flags", "chains"),
    [
        ([], [["pulumi CLI"], ["python"], ["lab programs"]]),
        (
            ["--clouds"],
            [["pulumi CLI", "YAML host"], ["python"], ["lab programs", "validators"]],
        ),
        (["--clouds", "--engine-only"], [["python"], ["pulumi CLI"]]),
        (["--clouds", "--python-only"], [["python"]]),
    ],
)
def test_what_is_asked_for_is_done(
    flags: list[str], chains: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No pipeline installs the lab's programs; without Python, or without the engine, it is 4."""
    asked: list[list[str]] = []

    def fake(given: list[list[Step]]) -> frozenset[str]:
        asked.extend([step.name for step in chain] for chain in given)
        return frozenset(step.name for chain in given for step in chain if step.needed)

    monkeypatch.setattr(setup, "run", fake)
    monkeypatch.setattr(setup, "examine", tuple)
    assert setup.everything(set(flags)) == 4
    assert asked == chains
    monkeypatch.setattr(setup, "run", lambda _: frozenset())
    assert setup.everything(set(flags)) == 0


@pytest.mark.parametrize(
    ("step", "code"), [("pulumi CLI", 4), ("lab programs", 0), ("YAML host", 0)]
)
def test_the_engine_has_to_be_brought(
    step: str,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Also where the checks find one, left from before; what else is needed the checks know."""
    monkeypatch.setattr(setup, "run", lambda _: frozenset({step}))
    monkeypatch.setattr(setup, "examine", tuple)
    assert setup.everything({"--clouds"}) == code
    assert ("setup: ready." in capsys.readouterr().out) == (code == 0)


def test_a_step_that_stops_says_why(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One sentence, and 4."""

    def stop() -> None:
        raise setup.Stopped("no such package. Bring it with: x")

    monkeypatch.setattr(setup, "install_programs", stop)
    assert setup.main(["--step", "lab programs"]) == 4
    assert capsys.readouterr().err == "setup: cannot go on: no such package. Bring it with: x\n"


def test_the_steps_need_nothing_but_python() -> None:
    """They begin before the first package is installed, and find our modules by the links."""
    code = f"import sys; sys.path.insert(0, {str(ROOT / 'typings')!r}); "
    code += "import tricenter.setup.__main__"
    subprocess.run([sys.executable, "-I", "-S", "-c", code], check=True)
