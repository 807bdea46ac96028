"""Listens on 127.0.0.1 for the emulated AWS, after the journal was replayed."""

import fcntl
import os
from pathlib import Path
from typing import Any, cast

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import ThreadedWSGIServer

from tricenter.offline.aws.errors import EmulatedAwsError
from tricenter.offline.aws.server.application import EmulatedAws
from tricenter.offline.aws.server.clock import Clock
from tricenter.offline.aws.server.journal import Journal
from tricenter.setup.callers import OwnCallers

HOST = "127.0.0.1"


class Handler(MotoRequestHandler):
    """Keeps connections open, and writes no line a request."""

    protocol_version = "HTTP/1.1"
    # An answer goes out in two pieces; without this the second one waits for an acknowledgement.
    disable_nagle_algorithm = True

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - werkzeug's name
        """Only what went wrong is worth a line."""
        if type == "error":
            super().log(type, message, *args)


class Listener(OwnCallers, ThreadedWSGIServer):
    """Werkzeug's server with a thread a connection, for our own user's alone."""


def listen(state: Path, port: int) -> None:
    """Serve one cloud, whose state is in a folder, until the process is ended."""
    state.mkdir(parents=True, exist_ok=True, mode=0o700)
    held = _hold(state / "lock")
    clock = Clock()
    clock.install()
    cloud = EmulatedAws(Journal(state / "journal.jsonl"), clock)
    cloud.replay()
    try:
        server = Listener(HOST, port, cast(Any, cloud), Handler)
    except (OSError, SystemExit) as error:
        raise EmulatedAwsError(f"port {port} of {HOST} cannot be used: {error}") from error
    print(f"AWS, emulated, listens at http://{HOST}:{server.server_port}", flush=True)
    try:
        server.serve_forever()
    finally:
        os.close(held)


def _hold(lock: Path) -> int:
    """Two processes on one journal would each miss what the other wrote."""
    held = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(held)
        raise EmulatedAwsError(
            f"another process serves the cloud in {lock.parent}: stop that one first"
        ) from error
    return held
