"""The process of an emulated cloud: started once a state folder, found again, stopped."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tricenter.setup.living import started
from tricenter.topology.errors import TricenterError

LISTENS = "listens at "
"""What a server prints before its URL, once it answers."""
HEALTH = "/tricenter/health"
LONGEST_STOP_S = 10.0
POLL_S = 0.05


class EmulationError(TricenterError):
    """An emulated cloud does not start; the message has the reason and the log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """A process that listens; its start time tells it from a later one of the same number."""

    pid: int
    started: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Daemon:
    """An emulated cloud as a process: `module` takes `--state DIR --port N`."""

    title: str
    module: str
    longest_start_s: float = 60.0

    def start(self, state: Path) -> str:
        """The URL of the cloud in a folder, which is started if it does not run.

        It listens at its old port again if that is free, because deployments keep the URL.
        Raises EmulationError.
        """
        state.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _alone(state):
            if url := self.running(state):
                return url
            self.stop(state)
            before = _kept(state)
            wanted = int(before.url.rpartition(":")[2]) if before else 0
            for port in dict.fromkeys((wanted, 0)):
                if process := self._launch(state, port):
                    text = json.dumps(asdict(process))
                    _replace(state / "server.json", text)
                    return process.url
        log = state / "server.log"
        raise EmulationError(f"the emulated {self.title} does not start: {_tail(log)} (see {log})")

    def stop(self, state: Path) -> bool:
        """Ends the process; the state stays. Returns whether one ran."""
        process = _living(state)
        if process is None:
            return False
        os.kill(process.pid, signal.SIGTERM)
        if not _wait(lambda: started(process.pid) != process.started, LONGEST_STOP_S):
            os.kill(process.pid, signal.SIGKILL)
            _wait(lambda: started(process.pid) != process.started, LONGEST_STOP_S)
        return True

    def running(self, state: Path) -> str | None:
        """The URL of the cloud in a folder, if its process lives and answers."""
        process = _living(state)
        if process is None:
            return None
        try:
            with urlopen(process.url + HEALTH, timeout=10) as answer:  # noqa: S310 - ours
                return process.url if answer.status == 200 else None
        except (URLError, OSError):
            return None

    def _launch(self, state: Path, port: int) -> Process | None:
        """A process that answers, or None for one that ended before it did."""
        command = [sys.executable, "-m", self.module, "--state", str(state), "--port", str(port)]
        log = state / "server.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd="/",
                start_new_session=True,
            )
        _wait(lambda: bool(_url(log)) or process.poll() is not None, self.longest_start_s)
        url = _url(log)
        if not url:
            if process.poll() is None:
                process.kill()
            process.wait()
            return None
        return Process(pid=process.pid, started=started(process.pid), url=url)


@contextmanager
def _alone(state: Path) -> Generator[None]:
    """Two commands that start the same cloud at once start one."""
    with (state / "server.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _replace(path: Path, text: str) -> None:
    new = path.with_suffix(".new")
    new.write_text(text, encoding="utf-8")
    new.replace(path)


def _kept(state: Path) -> Process | None:
    try:
        return Process(**json.loads((state / "server.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _living(state: Path) -> Process | None:
    process = _kept(state)
    if process is None or not process.started:
        return None
    return process if started(process.pid) == process.started else None


def _url(log: Path) -> str:
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        if LISTENS in line:
            return line.partition(LISTENS)[2].strip()
    return ""


def _tail(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1][:300] if lines else "it said nothing"


def _wait(done: Callable[[], bool], longest_s: float) -> bool:
    end = time.monotonic() + longest_s
    while time.monotonic() < end:
        if done():
            return True
        time.sleep(POLL_S)
    return done()
