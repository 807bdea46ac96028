"""The HTTP side of the emulated cloud."""

import json
import logging
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

from tricenter.offline.daemon import HEALTH
from tricenter.offline.gcp.server.dispatch import Request, answer
from tricenter.offline.gcp.server.incidents import OPEN, TOLD, open_incident, told
from tricenter.offline.gcp.server.refusal import Json, Refused, invalid
from tricenter.offline.gcp.server.regions import place_of
from tricenter.offline.gcp.server.store import Store
from tricenter.setup.callers import OwnCallers

LOG = logging.getLogger("tricenter.offline.gcp")
LARGEST = 32 * 1024 * 1024
LOCAL = "127.0.0.1"


class Listener(OwnCallers, ThreadingHTTPServer):
    """Serves one store on 127.0.0.1; a port of 0 takes any that is free."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, store: Store) -> None:
        super().__init__((LOCAL, port), Answering)
        self.store = store


class Answering(BaseHTTPRequestHandler):
    """Answers one connection; every answer is JSON."""

    protocol_version = "HTTP/1.1"
    server_version = "tricenter-offline-gcp"
    disable_nagle_algorithm = True
    wbufsize: ClassVar[int] = 65536
    server: Listener  # pyright: ignore[reportIncompatibleVariableOverride]

    def _any(self) -> None:
        if self.path == HEALTH:
            self._send(200, {"status": "ok"})
            return
        if self.server.store.silence.change(self.command, self.path):
            self._send(204, b"")
            return
        if self.server.store.silence.hold(place_of(self.server.store, self.path)):
            self.close_connection = True
            return
        said = ""
        try:
            code, body = 200, self._answered()
        except Refused as refused:
            code, body, said = refused.code, refused.body(), refused.message
        except Exception:
            LOG.exception("%s %s", self.command, self.path)
            # Not 500: Google's clients would ask again for many minutes.
            failure = Refused(501, "the emulated Google Cloud failed; its log has the reason")
            code, body = failure.code, failure.body()
        # Never the body: it may hold a secret.
        LOG.info("%s %s %d %s", self.command, self.path, code, said)
        self._send(code, body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _any  # noqa: N815

    def _answered(self) -> Json:
        if self.path == TOLD:
            return told(self.server.store)
        if self.path.startswith(OPEN):
            open_incident(self.server.store, self.path.removeprefix(OPEN))
            return {}
        return answer(self.server.store, self._request())

    def _request(self) -> Request:
        length = int(self.headers.get("Content-Length") or 0)
        if length > LARGEST:
            raise invalid("the request is larger than the emulated cloud takes")
        raw = self._chunks() if self.headers.get("Transfer-Encoding") else self.rfile.read(length)
        kind = self.headers.get("Content-Type", "")
        if "/upload/" in self.path:
            return Request(verb=self.command, target=self.path, body={"type": kind}, media=raw)
        return Request(verb=self.command, target=self.path, body=_object(raw))

    def _chunks(self) -> bytes:
        """The body of a request that does not say its length."""
        parts: list[bytes] = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def _send(self, code: int, body: Json | bytes) -> None:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json; charset=UTF-8")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)
        self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """The server's own lines say less than ours."""


def _object(raw: bytes) -> Json:
    if not raw.strip():
        return {}
    try:
        body: object = json.loads(raw)
    except ValueError as error:
        raise invalid(f"Invalid JSON payload received. {error}") from None
    if not isinstance(body, dict):
        raise invalid("Invalid JSON payload received. Root element must be a message.")
    return body  # pyright: ignore[reportUnknownVariableType]
