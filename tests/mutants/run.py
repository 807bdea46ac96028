"""Makes every mutant in a copy of the checkout, and sees whether its tests catch it."""

import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Generator, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from secrets import token_hex
from threading import Event
from types import FrameType

from tests.mutants.copies import Copy
from tests.mutants.mutant import Mutant
from tests.mutants.places import part_of, part_of_all
from tests.mutants.trial import TIMED_OUT, Interrupted, Trial, run_tests

FAILED = 1
"""pytest's exit code when tests have failed; all others say that they were not even run."""
LIMIT_S, LIMIT_LAB_S, LIMIT_ALL_S = 120.0, 240.0, 600.0


class Unfit(Exception):
    """The tests fail, or do not run, also without a mutant: they would prove nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of a mutant: `caught`, `SURVIVED` or `ERROR`; `told` is the test, or why."""

    mutant: Mutant
    part: str
    word: str
    seconds: float
    told: str

    def __str__(self) -> str:
        return f"{self.word:<8} {self.seconds:5.1f} s  {self.mutant.name}  ({self.told})"


@dataclass(slots=True, kw_only=True)
class Run:
    """A run over mutants: its copies of the checkout, and whether it is to stop."""

    root: Path
    copies: list[Copy]
    stop: Event = field(default_factory=Event)

    def prove(self, mutants: Iterable[Mutant]) -> None:
        """Unfit unless all named tests pass as the code is."""
        tests = sorted({test for mutant in mutants for test in mutant.tests})
        lab = [test for test in tests if part_of(test, self.root) == "lab"]
        for some, workers in (([t for t in tests if t not in lab], len(self.copies)), (lab, 0)):
            if some:
                done = run_tests(
                    self.copies[0], some, limit=LIMIT_ALL_S, stop=self.stop, workers=workers
                )
                _require_passed(some, done)

    def verdicts(self, mutants: Sequence[Mutant]) -> Generator[Verdict]:
        """A verdict on each mutant, as soon as it is there: those of the lab last, one by one."""
        lab = [one for one in mutants if part_of_all(one.tests, self.root) == "lab"]
        others = [one for one in mutants if one not in lab]
        free: SimpleQueue[Copy] = SimpleQueue()
        for copy in self.copies:
            free.put(copy)

        def judge(mutant: Mutant) -> Verdict:
            copy = free.get()
            try:
                return self._judged(mutant, copy)
            finally:
                free.put(copy)

        for some, jobs in ((others, len(self.copies)), (lab, 1)):
            with ThreadPoolExecutor(jobs) as pool:
                futures = [pool.submit(judge, mutant) for mutant in some]
                try:
                    for future in as_completed(futures):
                        yield future.result()
                except BaseException:
                    self.stop.set()
                    pool.shutdown(cancel_futures=True)
                    raise

    def _judged(self, mutant: Mutant, copy: Copy) -> Verdict:
        if self.stop.is_set():
            raise Interrupted
        part = part_of_all(mutant.tests, self.root)
        with copy.broken(mutant):
            limit = LIMIT_LAB_S if part == "lab" else LIMIT_S
            done = run_tests(copy, mutant.tests, limit=limit, stop=self.stop)
        word, told = _verdict(done)
        return Verdict(mutant=mutant, part=part, word=word, seconds=done.seconds, told=told)


def _verdict(done: Trial) -> tuple[str, str]:
    if done.code == FAILED and done.failed:
        return "caught", done.failed[0]
    if done.code == 0:
        return "SURVIVED", f"{len(done.passed)} tests passed"
    why = "took too long" if done.code == TIMED_OUT else f"pytest ended with {done.code}"
    return "ERROR", f"{why}:\n{done.said}"


def _require_passed(tests: Iterable[str], done: Trial) -> None:
    if done.code != 0:
        raise Unfit(f"tests fail, or do not run, as the code is:\n{done.said}")
    ran = {name.partition("[")[0] for name in done.passed} | set(done.passed)
    silent = [test for test in tests if test not in ran]
    if silent:
        raise Unfit(f"tests are skipped here, so that nothing is caught: {', '.join(silent)}")


@contextmanager
def open_run(root: Path, jobs: int) -> Generator[Run]:
    """A run with as many copies as jobs, each of which was seen to be what its tests run on."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    with ExitStack() as stack:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            stack.callback(signal.signal, number, signal.signal(number, interrupt))
        # Not too deep: sockets of tests stand below it, whose paths are short.
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mutants-")))
        folder.chmod(0o711)  # services in the lab run as other users
        copies = [Copy(root, folder / str(number), token_hex(8)) for number in range(jobs)]
        for copy in copies:
            copy.check()
        yield Run(root=root, copies=copies)


def run(mutants: Sequence[Mutant], root: Path, jobs: int) -> int:
    """Prove the tests, try every mutant, print a line each and the sum; 0 when all are caught."""
    begun = time.monotonic()
    with open_run(root, jobs) as opened:
        opened.prove(mutants)
        print(f"the tests pass as the code is: {time.monotonic() - begun:.0f} s", flush=True)
        found: list[Verdict] = []
        for verdict in opened.verdicts(mutants):
            found.append(verdict)
            print(verdict, flush=True)
    caught = [verdict for verdict in found if verdict.word == "caught"]
    parts = Counter(verdict.part for verdict in caught)
    told = ", ".join(f"{parts[part]} by {part}" for part in ("unit", "cloud", "lab"))
    seconds = time.monotonic() - begun
    print(f"{len(caught)} of {len(found)} mutants are caught: {told}; {seconds:.0f} s")
    if len(caught) < len(found):
        others = sorted(v.mutant.name for v in found if v.word != "caught")
        print(f"not caught: {', '.join(others)}", file=sys.stderr)
    return 0 if len(caught) == len(found) else 1
