"""Steps of set-up at the same time, each in a process of its own, with one output for all.

Nothing that a step has started outlives it, and no step outlives the set-up.
"""

import contextlib
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import IO, NoReturn

GRACE_S = 10.0
"""How long a step that is asked to end may take to leave things in order."""
LOOK_S = 0.05
LAST_LINES_S = 2.0
"""How long to read on after a step's end: what it started may still hold its output."""
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True, kw_only=True)
class Step:
    """A step's name, its command line, and what its failure or an early end would mean."""

    name: str
    command: Sequence[str]
    needed: bool = False
    """Without it no other step is of use: all are ended where it fails."""
    whole: bool = False
    """It is waited for where another one fails: what it left half done is mended by hand only."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Running:
    """A step at work: the leader of a process group, which has everything that it starts."""

    step: Step
    after: tuple[Step, ...]
    process: "subprocess.Popen[str]"
    errors: IO[str]
    reader: threading.Thread

    def signal(self, number: int) -> None:
        """Sends a signal to all of the step's processes that are left."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def ended(self, options: int = os.WNOHANG) -> bool:
        """Whether the leader has ended; until it is asked how, no other group gets its number."""
        found = os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOWAIT | options)
        return found is not None

    def close(self) -> bool:
        """Ends what is left of a step that has ended, and tells its errors; whether it did well."""
        self.signal(signal.SIGKILL)
        self.reader.join(LAST_LINES_S)
        code = self.process.wait()
        self.errors.seek(0)
        told = self.errors.read()
        self.errors.close()
        if code and not told:
            how = f"signal {-code}" if code < 0 else f"exit code {code}"
            told = f"setup: cannot go on: {self.step.name} ended with {how}\n"
        print(told, end="", file=sys.stderr, flush=True)
        return code == 0


@dataclass(kw_only=True, slots=True)
class Course:
    """What goes on: who has ended, and how often the set-up was asked to end."""

    ended: "queue.SimpleQueue[Running | None]"
    asked: int = 0

    def ask(self) -> None:
        """Asks the set-up to end: only noted, so that no step can begin without our knowing it."""
        self.asked += 1
        self.ended.put(None)


def run(chains: Sequence[Sequence[Step]]) -> frozenset[str]:
    """Runs chains of steps beside each other, the steps of each in order; returns what failed.

    Raises KeyboardInterrupt, with everything ended, where the set-up is asked to end.
    """
    course, failed, over = Course(ended=queue.SimpleQueue()), set[str](), False
    running: list[Running] = []
    with handled(course.ask):
        try:
            for first, *after in chains:
                running.append(_start(first, after, course))
            while running:
                one = course.ended.get()
                if one is None:
                    raise KeyboardInterrupt
                if one not in running:  # we have ended it
                    continue
                running.remove(one)
                if not one.close():
                    failed.add(one.step.name)
                    over = over or one.step.needed
                if over:
                    _end([each for each in running if not each.step.whole], course)
                    running = [each for each in running if each.step.whole]
                elif one.after:
                    running.append(_start(one.after[0], one.after[1:], course))
        finally:
            _end(running, course)
    return frozenset(failed)


def _start(step: Step, after: Sequence[Step], course: Course) -> Running:
    errors = tempfile.TemporaryFile("w+", errors="replace")  # noqa: SIM115 - closed with the step
    process = subprocess.Popen(
        list(step.command),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
        errors="replace",
        # A terminal's Ctrl-C does not reach it, so that it is us who ends it; and a session of its
        # own, because who asks a terminal from a group in the background is stopped.
        start_new_session=True,
    )
    reader = threading.Thread(target=_show, args=(step.name, process.stdout, course), daemon=True)
    one = Running(step=step, after=tuple(after), process=process, errors=errors, reader=reader)

    def report() -> None:
        with contextlib.suppress(ChildProcessError):  # we have ended it, and asked how
            one.ended(options=0)
        course.ended.put(one)

    reader.start()
    threading.Thread(target=report, daemon=True).start()
    return one


def _show(name: str, lines: IO[str], course: Course) -> None:
    try:
        for line in filter(str.strip, lines):
            text = line.rstrip().removeprefix("setup: ")
            # One write, so that no line gets into another.
            sys.stdout.write(f"setup: {name}: {text}\n")
            sys.stdout.flush()
    except BrokenPipeError:  # nobody reads on
        course.ask()


def _end(running: Sequence[Running], course: Course) -> None:
    """Asks all to end as Ctrl-C would. Who does not is ended: in time, or when asked once more."""
    until, asked = time.monotonic() + GRACE_S, course.asked
    for one in running:
        one.signal(signal.SIGINT)
    left = list(running)
    while left and course.asked == asked:
        left = [one for one in left if not one.ended()]
        if time.monotonic() > until and not any(one.step.whole for one in left):
            break
        time.sleep(LOOK_S)
    for one in running:
        one.signal(signal.SIGKILL)
        one.process.wait()
        one.errors.close()


@contextmanager
def handled(do: Callable[[], None]) -> Generator[None]:
    """Does something where the process is asked to end, also where Ctrl-C is ignored."""

    def handle(number: int, frame: FrameType | None) -> None:
        del number, frame
        do()

    before = {number: signal.signal(number, handle) for number in ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def interrupt() -> NoReturn:
    """What Python itself does at Ctrl-C."""
    raise KeyboardInterrupt
