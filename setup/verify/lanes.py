"""Lanes of commands side by side: what each prints goes on, line by line, with its lane's name."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tricenter.setup.verify.parts import BACKGROUND, LANES, Part

NONE_LEFT = 5
"""pytest: no test was collected."""
TIDYING_S = 120.0
"""What a lab's test may need to take its stack away when it is told to end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """How a part ended."""

    part: Part
    seconds: float
    code: int

    @property
    def passed(self) -> bool:
        """Whether it did; that no test was collected is a failure too, unless all have run."""
        return self.code == 0 or (self.part.begun and self.code == NONE_LEFT)


def unheard(part: Part, ran: Ran | None) -> None:
    """For who need not hear how parts start and end."""
    del part, ran


@dataclass(slots=True)
class Lanes:
    """Runs parts in `folder`, with their programs from `programs`; `told` hears of each."""

    folder: Path
    programs: Path
    environment: Mapping[str, str]
    told: Callable[[Part, Ran | None], None] = unheard
    """Called as a part starts (with None), and as it ends."""
    _running: set[subprocess.Popen[str]] = field(default_factory=set[subprocess.Popen[str]])
    _ended: bool = False
    _screen: threading.Lock = field(default_factory=threading.Lock)
    _starting: threading.Lock = field(default_factory=threading.Lock)

    def run(self, parts: Sequence[Part]) -> tuple[Ran, ...]:
        """Runs every part, also after a failure; the parts in their order, with how they ended.

        Told to end, it ends what runs, and waits until that has tidied up.
        """
        lanes = [[p for p in parts if p.lane == lane] for lane in LANES]
        lanes = [lane for lane in lanes if lane]
        with ThreadPoolExecutor(max_workers=len(lanes)) as pool:
            try:
                asked = [pool.submit(self._lane, lane, shared=len(lanes) > 1) for lane in lanes]
                ran = [one for lane in asked for one in lane.result()]
            except BaseException:
                self._end()
                raise
        return tuple(sorted(ran, key=lambda one: parts.index(one.part)))

    def _lane(self, parts: Iterable[Part], *, shared: bool) -> list[Ran]:
        return [self._part(part, shared=shared) for part in parts if not self._ended]

    def _part(self, part: Part, *, shared: bool) -> Ran:
        name = part.name if shared else ""
        self._print(name, f"== {' '.join(part.command)}")
        begun = time.monotonic()
        process = self._start(part, yields=shared and part.lane != "lab")
        if process is None:
            return Ran(part=part, seconds=0.0, code=-signal.SIGINT)
        self.told(part, None)
        for line in process.stdout or ():
            self._print(name, line.rstrip("\n"))
        code = process.wait()
        self._running.discard(process)
        ran = Ran(part=part, seconds=time.monotonic() - begun, code=code)
        self.told(part, ran)
        return ran

    def _start(self, part: Part, *, yields: bool) -> subprocess.Popen[str] | None:
        """The part's process, which nothing that ends can overlook; None after the end."""
        program, *arguments = part.command
        with self._starting:
            if self._ended:
                return None
            process = subprocess.Popen(
                [*(BACKGROUND if yields else ()), str(self.programs / program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                cwd=self.folder,
                env={**self.environment, **part.environment},
                start_new_session=True,
            )
            self._running.add(process)
            return process

    def _print(self, name: str, line: str) -> None:
        with self._screen:
            print(f"{name:<6} | {line}" if name else line, flush=True)

    def _end(self) -> None:
        """Interrupt what runs, as a terminal would; kill what has not ended in time."""
        with self._starting:
            self._ended = True
            running = list(self._running)
        deadline = time.monotonic() + TIDYING_S
        for process in running:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGINT)
        for process in running:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, deadline - time.monotonic()))
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
