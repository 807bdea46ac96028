"""The way into the sites' networks: an HTTP proxy on 127.0.0.1 that reaches emulated machines.

`python -m tricenter.offline.machines.server --state DIR [--port N]`. Which stack's networks are
meant is the proxy's user name; a connection through it carries the client's own TLS unchanged.
"""

import argparse
import base64
import json
import logging
import signal
import socket
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import FrameType
from typing import Any, cast

from tricenter.offline.daemon import HEALTH, LISTENS
from tricenter.offline.machines.aws import Aws
from tricenter.offline.machines.fleet import Fleet
from tricenter.offline.machines.google import Google
from tricenter.setup.callers import OwnCallers

LOCAL = "127.0.0.1"
MACHINES = "/tricenter/machines"
PIECE = 1 << 16
LONGEST_S = 150.0


class Proxy(OwnCallers, ThreadingHTTPServer):
    """Listens for those who want to reach a machine."""

    daemon_threads = True

    def __init__(self, port: int, fleet: Fleet) -> None:
        self.fleet = fleet
        super().__init__((LOCAL, port), Handler)


class Handler(BaseHTTPRequestHandler):
    """One connection through the proxy, or a question about it."""

    @property
    def fleet(self) -> Fleet:
        """The machines that are reached."""
        return cast(Proxy, self.server).fleet

    def do_GET(self) -> None:
        """Whether it lives, and what runs."""
        if self.path == HEALTH:
            self._answer({"status": "ok"})
        elif self.path == MACHINES:
            self.fleet.look()
            self._answer(self.fleet.told())
        else:
            self.send_error(404)

    def do_CONNECT(self) -> None:
        """Join the client with the machine that has the address, if it runs and listens."""
        address, _, port = self.path.rpartition(":")
        stack = self.fleet.stack(self._stack())
        if stack is None:
            self.send_error(502, f"stack {self._stack()} has no machine that runs")
            return
        local = stack.port(address, int(port)) if port.isdigit() else None
        if local is None:
            self.send_error(502, f"nobody listens at {self.path}")
            return
        with socket.create_connection((LOCAL, local), 5) as other:
            self.send_response(200, "Connection established")
            self.end_headers()
            self.close_connection = True
            _join(self.connection, other)

    def _stack(self) -> str:
        told = self.headers.get("Proxy-Authorization", "").removeprefix("Basic ")
        try:
            return base64.b64decode(told).decode("utf-8").partition(":")[0]
        except ValueError:
            return ""

    def _answer(self, data: dict[str, Any]) -> None:
        body = json.dumps(data).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's name
        """Only what went wrong is worth a line."""


def _join(client: socket.socket, machine: socket.socket) -> None:
    """Carry bytes both ways until both have ended."""
    for one in (client, machine):
        one.settimeout(LONGEST_S)
    back = Thread(target=_carry, args=(machine, client), daemon=True)
    back.start()
    _carry(client, machine)
    back.join(LONGEST_S)


def _carry(source: socket.socket, target: socket.socket) -> None:
    try:
        while piece := source.recv(PIECE):
            target.sendall(piece)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        return


def main() -> int:
    """Serve until told to stop; prints one line once it listens."""
    parser = argparse.ArgumentParser(prog="tricenter.offline.machines.server", description=__doc__)
    parser.add_argument("--state", type=Path, required=True, help="folder of the machines' disks")
    parser.add_argument("--port", type=int, default=0, help="0 takes any free port")
    options = parser.parse_args()
    logging.basicConfig(
        stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s"
    )
    options.state.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = options.state.parent
    fleet = Fleet(options.state, {"aws": Aws(beside / "aws"), "gcp": Google(beside / "gcp")})
    proxy = Proxy(options.port, fleet)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    fleet.begin()
    sys.stdout.write(f"machines {LISTENS}http://{LOCAL}:{proxy.server_port}\n")
    sys.stdout.flush()
    try:
        proxy.serve_forever()
    finally:
        fleet.end()
        proxy.server_close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
