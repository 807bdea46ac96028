"""Plugins of an engine that was killed: they outlive it, and go on with what it had asked for."""

import os
import signal
import socket
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from tricenter.cli.torn import BACKEND

PROC = Path("/proc")
PROGRAM = "pulumi-resource-"
"""How the name of every provider plugin begins."""
ANSWERS_S = 2.0


def end_orphans(environment: Mapping[str, str]) -> int:
    """End the provider plugins of our user whose engine is gone; gives how many there were.

    The engine starts each in a process group of its own, so that a kill of the engine's does not
    reach it, and a plugin looks every five minutes at most whether its engine is still there
    (sdk/go/common/util/cmdutil/child_unix.go and sdk/go/pulumi/provider/main.go of pulumi 3.250.0,
    read 2026-12-01).
    Until then it goes on asking the cloud for what nobody will write down. Only plugins that work
    on the same backend are ended. Outside Linux none is found.
    """
    ended = 0
    for process in _plugins(environment.get(BACKEND, "")):
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
            ended += 1
    return ended


def _plugins(backend: str) -> Iterator[int]:
    for folder in PROC.glob("[0-9]*"):
        # A process of another user shows no environment, and one may end while it is read.
        with suppress(OSError):
            words = (folder / "cmdline").read_bytes().decode(errors="replace").split("\0")
            if not any(Path(word).name.startswith(PROGRAM) for word in words[:2]):
                continue
            kept = (folder / "environ").read_bytes().decode(errors="replace").split("\0")
            engine = next((word for word in words if _is_address(word)), "")
            own = f"{BACKEND}={backend}" in kept if backend else not _has(kept, BACKEND)
            if engine and own and not _answers(engine):
                yield int(folder.name)


def _has(environment: list[str], name: str) -> bool:
    return any(entry.startswith(f"{name}=") and entry != f"{name}=" for entry in environment)


def _is_address(word: str) -> bool:
    host, _, port = word.rpartition(":")
    return host in {"127.0.0.1", "localhost", "[::1]"} and port.isdigit()


def _answers(engine: str) -> bool:
    """Whether the engine of a plugin is there: it listens until its last plugin has ended."""
    host, _, port = engine.rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=ANSWERS_S).close()
    except ConnectionRefusedError:
        return False
    except OSError:
        pass  # a busy machine is no sign that it has ended
    return True
