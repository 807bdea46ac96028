"""The WSGI application of the emulated AWS: reads a call, judges it, answers it or lets moto."""

import io
import json
import logging
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from threading import RLock
from typing import Any, cast
from urllib.parse import unquote, urlsplit

from moto.backends import get_backend
from moto.core.exceptions import ServiceException
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.iam.models import get_account_id_from
from moto.moto_api._internal import mock_random
from moto.moto_server.werkzeug_app import (
    BackendRequest,
    DomainDispatcherApplication,
    create_backend_app,
)
from werkzeug.test import run_wsgi_app

from tricenter.offline.aws.model import problems
from tricenter.offline.aws.server.call import Call, Refusal, Scope, read_call, scope_of
from tricenter.offline.aws.server.clock import Clock
from tricenter.offline.aws.server.events import tell
from tricenter.offline.aws.server.journal import Entry, Journal, encoded
from tricenter.offline.aws.server.mail import received
from tricenter.offline.aws.server.regions import give_back, lose, lost, place_of
from tricenter.offline.aws.server.services import find_additions
from tricenter.offline.aws.server.tables import Tables
from tricenter.offline.silence import Silence

Answered = tuple[int, Mapping[str, str], bytes]
StartResponse = Callable[[str, list[tuple[str, str]]], object]
HEALTH = "/tricenter/health"
MAIL = "/tricenter/mail"
"""GET gives everything that people were sent, as JSON."""
EVENT = "/tricenter/event/"
"""POST puts an event of a service on the bus of the region that the path ends with: JSON with
`source`, `detail-type`, `resources` and `detail`."""
LOST = "/tricenter/lost/"
"""PUT takes the region away that the path ends with, DELETE gives it back."""
BAD_REQUEST = 400
FIRST_TOUCHED = ("iam", "kms", "ec2")
"""Services that others use from inside; they make default objects, whose ids must not vary."""
LOGGER = logging.getLogger("tricenter.aws")
INVALID = {
    "ec2": "InvalidParameterValue",
    "rds": "InvalidParameterValue",
    "sns": "InvalidParameter",
    "iam": "ValidationError",
    "cloudwatch": "ValidationError",
    "route53": "InvalidInput",
}
"""How a service calls a request that its model forbids; the others say ValidationException."""
NOT_JUDGED = {"s3"}
"""Bodies of objects are not parameters, and moto reads S3 requests in ways of its own."""


class EmulatedAws:
    """One emulated cloud; requests are answered one at a time, in the order of the journal."""

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self.journal = journal
        self.clock = clock
        self.moto = DomainDispatcherApplication(create_backend_app)
        self.additions = find_additions()
        self.tables = Tables()
        self.touched: set[tuple[str, str, str]] = set()
        self.foreign: set[str] = set()
        """Services that moto does not have."""
        self.lock = RLock()
        self.silence = Silence(journal.path.parent)

    def __call__(self, environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        """Answer a request that came over the wire."""
        if environ.get("PATH_INFO") == HEALTH:
            body = json.dumps({"requests": self.journal.size}).encode()
            start("200 OK", [("Content-Type", "application/json")])
            return [body]
        body = _body(environ)
        if environ.get("PATH_INFO") == MAIL:
            with self.lock:
                told = json.dumps(received(self.tables)).encode()
            start("200 OK", [("Content-Type", "application/json")])
            return [told]
        scope = scope_of(environ.get("HTTP_AUTHORIZATION", ""))
        if self.silence.change(environ["REQUEST_METHOD"], str(environ.get("PATH_INFO"))):
            start("204 No Content", [])
            return [b""]
        if self.silence.hold(place_of(scope)):
            start("503 Service Unavailable", [("Content-Length", "0")])
            return [b""]
        with self.lock:
            status, headers, content = self.handle(environ, body)
        sent = [(k, v) for k, v in headers.items() if k.lower() not in {"content-length", "status"}]
        start(f"{status} .", [*sent, ("Content-Length", str(len(content)))])
        return [content]

    def handle(self, environ: dict[str, Any], body: bytes) -> Answered:
        """Journal a request that may change something, and answer it."""
        call = self._read(environ, body)
        looks = call.reads if call else environ["REQUEST_METHOD"] in {"GET", "HEAD"}
        if looks:
            return self._answer(call, environ, body, f"look {time.time_ns()}")
        now, number = time.time(), self.journal.size + 1
        self.journal.append(_entry(environ, body, number, now))
        with self.clock.at(now):
            answered = self._answer(call, environ, body, f"request {number}")
        if answered[0] >= BAD_REQUEST:
            self.journal.refuse(number)
        return answered

    def replay(self) -> None:
        """Bring the cloud to where the journal left it."""
        for entry in self.journal.entries():
            environ = _environ(entry)
            with self.clock.at(entry.time):
                call = self._read(environ, entry.content)
                self._answer(call, environ, entry.content, f"request {entry.number}")

    def _read(self, environ: dict[str, Any], body: bytes) -> Call | None:
        scope = scope_of(environ.get("HTTP_AUTHORIZATION", ""))
        if scope is None:
            return None
        account = get_account_id_from(scope.key)
        self._touch(scope, account)
        if scope.service in NOT_JUDGED:
            return None
        request = BackendRequest({**environ, "wsgi.input": io.BytesIO(body)})
        return read_call(scope, account, request, self.tables)

    def _answer(
        self, call: Call | None, environ: dict[str, Any], body: bytes, seed: str
    ) -> Answered:
        if environ["PATH_INFO"].startswith(EVENT):
            self._tell(environ["PATH_INFO"].removeprefix(EVENT), json.loads(body))
            return 204, {}, b""
        if self._moto_has(environ):
            # Modules draw chance while they are imported: the seed comes after that.
            self.moto.get_application(environ)
        mock_random.seed(seed)
        if environ["PATH_INFO"].startswith(LOST):
            change = lose if environ["REQUEST_METHOD"] == "PUT" else give_back
            change(self.tables, environ["PATH_INFO"].removeprefix(LOST))
            return 204, {}, b""
        if call is None:
            return self._by_moto(environ, body)
        try:
            return self._answered(call, environ, body)
        except ServiceException as error:
            return call.answer(error)
        except NotImplementedError:
            message = f"the emulated AWS does not have {call.operation} of {call.service}"
            return call.answer(Refusal("InvalidAction", message))
        except Exception:
            LOGGER.exception("%s %s", call.service, call.operation)
            return call.answer(Refusal("InternalFailure", "see the emulated cloud's log"))

    def _answered(self, call: Call, environ: dict[str, Any], body: bytes) -> Answered:
        if lost(self.tables, call.region):
            return call.answer(Refusal("ServiceUnavailable", f"{call.region} is lost"))
        if call.model.input_shape is not None:
            wrong = "; ".join(map(str, problems(call.model.input_shape, call.params)))
            if wrong:
                code = INVALID.get(call.service, "ValidationException")
                return call.answer(Refusal(code, wrong))
        key = (call.service, call.operation)
        for guard in self.additions.guards.get(key, ()):
            guard(call)
        own = self.additions.answers.get(key)
        result = own(call) if own else None
        if result is not None:
            return call.answer(result)
        status, headers, content = self._by_moto(environ, body)
        if status < BAD_REQUEST and key in self.additions.after:
            for step in self.additions.after[key]:
                step(call)
        return status, headers, content

    def _tell(self, region: str, event: Mapping[str, Any]) -> None:
        tell(
            self.tables,
            DEFAULT_ACCOUNT_ID,
            region,
            source=event["source"],
            kind=event["detail-type"],
            resources=event.get("resources", []),
            detail=event["detail"],
        )

    def _by_moto(self, environ: dict[str, Any], body: bytes) -> Answered:
        if not self._moto_has(environ):
            return (
                501,
                {"Content-Type": "text/plain"},
                b"the emulated AWS does not have this service",
            )
        given = {**environ, "wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        given.pop("HTTP_TRANSFER_ENCODING", None)
        content, status, headers = run_wsgi_app(cast(Any, self.moto), given, buffered=True)
        return int(status.split()[0]), dict(headers), b"".join(content)

    def _moto_has(self, environ: dict[str, Any]) -> bool:
        scope = scope_of(environ.get("HTTP_AUTHORIZATION", ""))
        return scope is None or scope.service not in self.foreign

    def _touch(self, scope: Scope, account: str) -> None:
        """Let moto make a service's default objects before a request's own chance begins."""
        for service in (*FIRST_TOUCHED, scope.service):
            key = (account, scope.region, service)
            if key in self.touched:
                continue
            self.touched.add(key)
            try:
                # Modules draw chance while they are imported: the seed comes after that.
                backends = cast(Any, get_backend(cast(Any, service)))
                mock_random.seed(" ".join(key))
                known = backends[account]
                # A key's owner is looked for in every partition of IAM, which makes them all.
                places = known.regions if service == "iam" else ("aws", scope.region)
                for place in places:
                    if place in known:
                        known[place]
            except ImportError:
                self.foreign.add(service)
            except (KeyError, AttributeError):
                # A service that is the same everywhere.
                continue


def _body(environ: dict[str, Any]) -> bytes:
    source = environ["wsgi.input"]
    if environ.get("wsgi.input_terminated"):
        return source.read()
    length = int(environ.get("CONTENT_LENGTH") or 0)
    return source.read(length) if length else b""


def _entry(environ: dict[str, Any], body: bytes, number: int, now: float) -> Entry:
    headers = {key: value for key, value in environ.items() if key.startswith("HTTP_")}
    if "CONTENT_TYPE" in environ:
        headers["CONTENT_TYPE"] = environ["CONTENT_TYPE"]
    query = environ.get("QUERY_STRING", "")
    target = environ.get("RAW_URI") or environ["PATH_INFO"] + (f"?{query}" if query else "")
    return Entry(
        number=number,
        time=now,
        method=environ["REQUEST_METHOD"],
        target=target,
        headers=headers,
        body=encoded(body),
    )


def _environ(entry: Entry) -> dict[str, Any]:
    parts = urlsplit(entry.target)
    host, _, port = entry.headers.get("HTTP_HOST", "127.0.0.1").partition(":")
    return {
        **entry.headers,
        "REQUEST_METHOD": entry.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(parts.path, "latin-1"),
        "RAW_URI": entry.target,
        "REQUEST_URI": entry.target,
        "QUERY_STRING": parts.query,
        "SERVER_NAME": host,
        "SERVER_PORT": port or "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_LENGTH": str(len(entry.content)),
        "wsgi.url_scheme": "http",
        "wsgi.version": (1, 0),
        "wsgi.input": io.BytesIO(entry.content),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
