"""Child processes of the language host, each in a group that is ended as a whole."""

import contextlib
import os
import queue
import signal
import subprocess
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Literal

Stream = Literal["stdout", "stderr"]
GRACE_S = 5.0  # what the engine itself grants a plugin between interrupt and kill
CHUNK = 64 * 1024


@dataclass(slots=True)
class Children:
    """The processes that run now, so that the host's end is theirs."""

    _running: set[subprocess.Popen[bytes]] = field(default_factory=set[subprocess.Popen[bytes]])
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(
        self, command: Sequence[str], *, cwd: str | Path, env: Mapping[str, str]
    ) -> subprocess.Popen[bytes]:
        """Starts `command` with both its outputs piped and nothing to read."""
        child = subprocess.Popen(
            list(command),
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        with self._lock:
            self._running.add(child)
        return child

    def end(self, child: subprocess.Popen[bytes], first: signal.Signals = signal.SIGINT) -> int:
        """Signals the group of `child`, kills it after a grace, and returns its exit code."""
        for number in (first, signal.SIGKILL):
            if child.poll() is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(child.pid, number)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.wait(GRACE_S)
        with self._lock:
            self._running.discard(child)
        return child.wait()

    def end_all(self) -> None:
        """Ends every child, all at the same time."""
        with self._lock:
            children = list(self._running)
        threads = [threading.Thread(target=self.end, args=(child,)) for child in children]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def lines(chunks: Iterable[tuple[Stream, bytes]]) -> Iterator[tuple[Stream, str]]:
    """What `chunks` say as whole lines; the rest of each stream comes at the end.

    A chunk may end inside a line or inside a character.
    """
    begun: dict[Stream, bytes] = {}
    for name, data in chunks:
        whole, newline, rest = (begun.pop(name, b"") + data).rpartition(b"\n")
        if newline:
            yield name, (whole + newline).decode(errors="replace")
        begun[name] = rest
    for name, data in begun.items():
        if data:
            yield name, data.decode(errors="replace")


def output(child: subprocess.Popen[bytes]) -> Iterator[tuple[Stream, bytes]]:
    """What `child` writes, as it comes, until both of its outputs are closed."""
    chunks: queue.SimpleQueue[tuple[Stream, bytes]] = queue.SimpleQueue()

    def pump(name: Stream, pipe: IO[bytes]) -> None:
        with pipe:
            # os.read returns what is there; pipe.read would wait until the chunk is full.
            while data := os.read(pipe.fileno(), CHUNK):
                chunks.put((name, data))
        chunks.put((name, b""))

    if child.stdout is None or child.stderr is None:
        raise ValueError("both outputs of the child must be piped")
    pipes: tuple[tuple[Stream, IO[bytes]], ...] = (
        ("stdout", child.stdout),
        ("stderr", child.stderr),
    )
    for name, pipe in pipes:
        threading.Thread(target=pump, args=(name, pipe), daemon=True).start()
    still_open = len(pipes)
    while still_open:
        name, data = chunks.get()
        if data:
            yield name, data
        else:
            still_open -= 1
