"""Plugins of an engine that was killed: they outlive it, and go on with what it had asked for."""

import os
import signal
import socket
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from tricenter.cli.torn import BACKEND

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
    from tricenter.lab.processes import describe, environment, process_ids

    for pid in process_ids():
        process = describe(pid)
        words = process.argv if process else ()
        if not any(Path(word).name.startswith(PROGRAM) for word in words[:2]):
            continue
        engine = next(filter(_is_address, words), "")
        kept = environment(pid)  # nothing of what is not ours to read, or has just ended
        own = bool(kept) and kept.get(BACKEND, "") == backend
        if engine and own and not _answers(engine):
            yield pid


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
