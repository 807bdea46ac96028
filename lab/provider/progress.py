"""Progress of the lab's work, shown in the row of the resource that the work is for."""

import logging
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

Severity = Literal["DEBUG", "INFO", "WARNING"]
LOGGER = "tricenter"
_urn: ContextVar[str] = ContextVar("urn", default="")


class EngineLog(logging.Handler):
    """Sends what the lab logs while it works on a resource to the engine, under that resource."""

    def __init__(self, address: str) -> None:
        super().__init__(logging.INFO)
        self.engine = engine_pb2_grpc.EngineStub(grpc.insecure_channel(address))

    def emit(self, record: logging.LogRecord) -> None:
        """Show a record; a warning stays on the screen, anything less is gone with the next."""
        if record.levelno >= logging.WARNING:
            self.say(record.getMessage(), "WARNING", lasting=True)
        else:
            self.say(record.getMessage(), "INFO", lasting=False)

    def say(self, message: str, severity: Severity, *, lasting: bool) -> None:
        """Show a message for the resource that this thread works on."""
        request = engine_pb2.LogRequest(
            severity=engine_pb2.LogSeverity.Value(severity),
            message=message,
            urn=_urn.get(),
            ephemeral=not lasting,
        )
        try:
            self.engine.Log(request, timeout=5)  # pyright: ignore[reportUnknownMemberType]
        except grpc.RpcError:
            # The engine is about to end, or gone: nobody reads this any more.
            return


@contextmanager
def working_on(urn: str) -> Generator[None]:
    """What this thread logs meanwhile belongs to the resource with this URN."""
    token = _urn.set(urn)
    try:
        yield
    finally:
        _urn.reset(token)
