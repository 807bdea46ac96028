"""A program on a tether ends with whoever holds the other end, however that dies."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tricenter.lab.processes import is_alive
from tricenter.lab.waits import until

TETHERED = [sys.executable, "-m", "tricenter.lab.tethered"]
SLEEPER = "import os, time; print(os.getpid(), flush=True); time.sleep(600)"
HOLDER = """
import subprocess, sys, time
subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE)
time.sleep(600)
"""


@pytest.fixture
def ended() -> Iterator[list[int]]:
    """Processes that a test started, killed at its end where it did not end them."""
    found: list[int] = []
    yield found
    for pid in filter(is_alive, found):
        os.kill(pid, 9)


def test_it_ends_with_the_verb_that_is_killed(ended: list[int]) -> None:
    """The kernel closes the pipe of a dead process, and the program is gone."""
    argv = [sys.executable, "-c", HOLDER, *TETHERED, sys.executable, "-c", SLEEPER]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as verb:
        assert verb.stdout is not None
        ended.append(int(verb.stdout.readline()))
        verb.kill()
    until(lambda: not is_alive(ended[0]), 15, "the end of the program")


def test_it_dies_with_its_keeper(ended: list[int]) -> None:
    """Also where the process between the two is killed, which could not say so any more."""
    argv = [*TETHERED, sys.executable, "-c", SLEEPER]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as keeper:
        assert keeper.stdout is not None
        ended.append(int(keeper.stdout.readline()))
        keeper.kill()
    until(lambda: not is_alive(ended[0]), 15, "the end of the program")


def test_it_has_the_exit_code_of_the_program(tmp_path: Path) -> None:
    """And its output; the program never reads what the verb holds."""
    argv = [*TETHERED, "sh", "-c", "cat; echo said; exit 3"]
    with subprocess.Popen(
        argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=tmp_path
    ) as keeper:
        assert keeper.stdout is not None
        assert keeper.stdout.read() == "said\n"
        assert keeper.wait(20) == 3
