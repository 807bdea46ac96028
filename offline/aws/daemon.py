"""Starts and stops the process of an emulated AWS, whose state is in a folder."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tricenter.offline.aws.errors import EmulatedAwsError

LONGEST_START_S = 120.0
"""A journal is replayed at some hundred requests a second before the process listens."""
LONGEST_STOP_S = 10.0
POLL_S = 0.05
LISTENS = "listens at "


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """A process that listens: its number alone could be another one's by now."""

    pid: int
    started: str
    url: str


def start(state: Path, port: int = 0) -> str:
    """The URL of the cloud in a folder, which is started if it does not run.

    A cloud that ran before listens at its old port again if that is free: deployments name it.
    """
    if url := running(state):
        return url
    state.mkdir(parents=True, exist_ok=True, mode=0o700)
    output = state / "server.log"
    before = _kept(state)
    wanted = port or (int(before.url.rpartition(":")[2]) if before else 0)
    url, pid = _launch(state, output, wanted)
    if not url and wanted and not port:
        url, pid = _launch(state, output, 0)
    if not url:
        raise EmulatedAwsError(f"the emulated AWS does not start: {_tail(output)} (see {output})")
    process = Process(pid=pid, started=_started(pid), url=url)
    _file(state).write_text(json.dumps(asdict(process)), encoding="utf-8")
    return url


def stop(state: Path) -> bool:
    """End the process of a cloud; its state stays. Returns whether one ran."""
    process = _living(state)
    if process is None:
        return False
    os.kill(process.pid, signal.SIGTERM)
    if not _wait(lambda: _started(process.pid) != process.started, LONGEST_STOP_S):
        os.kill(process.pid, signal.SIGKILL)
        _wait(lambda: _started(process.pid) != process.started, LONGEST_STOP_S)
    return True


def running(state: Path) -> str | None:
    """The URL of the cloud in a folder if its process lives and answers."""
    process = _living(state)
    if process is None:
        return None
    try:
        with urlopen(f"{process.url}/tricenter/health", timeout=10) as answer:  # noqa: S310 - ours
            return process.url if answer.status == 200 else None
    except (URLError, OSError):
        return None


def _launch(state: Path, output: Path, port: int) -> tuple[str, int]:
    """Start a process; an empty URL says that it ended before it listened."""
    module = "tricenter.offline.aws.server"
    command = [sys.executable, "-m", module, "--state", str(state), "--port", str(port)]
    with output.open("wb") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            start_new_session=True,
        )
    _wait(lambda: bool(_url(output)) or process.poll() is not None, LONGEST_START_S)
    url = _url(output)
    if not url and process.poll() is None:
        process.kill()
    return url, process.pid


def _url(output: Path) -> str:
    for line in output.read_text(encoding="utf-8", errors="replace").splitlines():
        if LISTENS in line:
            return line.partition(LISTENS)[2].strip()
    return ""


def _tail(output: Path) -> str:
    lines = output.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1][:300] if lines else "it said nothing"


def _file(state: Path) -> Path:
    return state / "server.json"


def _kept(state: Path) -> Process | None:
    try:
        return Process(**json.loads(_file(state).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _living(state: Path) -> Process | None:
    process = _kept(state)
    return process if process and _started(process.pid) == process.started else None


def _started(pid: int) -> str:
    """When a process was started, as the system counts it; empty if it is gone or a zombie."""
    stat = Path(f"/proc/{pid}/stat")
    if Path("/proc/self/stat").exists():
        try:
            fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            return ""
        return "" if fields[0] == "Z" else fields[19]
    command = ["ps", "-o", "lstart=", "-p", str(pid)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def _wait(done: Callable[[], bool], longest_s: float) -> bool:
    end = time.monotonic() + longest_s
    while time.monotonic() < end:
        if done():
            return True
        time.sleep(POLL_S)
    return done()
