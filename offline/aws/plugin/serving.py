"""Runs a provider's gRPC service for one engine, and speaks to that engine's log."""

import os
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NoReturn

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc
from pulumi.runtime.proto.provider_pb2_grpc import (
    ResourceProviderServicer,
    add_ResourceProviderServicer_to_server,
)

from tricenter.setup.engine import outlive

WORKERS = 32
LARGEST_MESSAGE = 400 * 1024 * 1024


class EngineLog:
    """The engine's log, where users see it."""

    def __init__(self, address: str) -> None:
        self.engine = engine_pb2_grpc.EngineStub(grpc.insecure_channel(address))

    def say(self, message: str) -> None:
        """Show one line."""
        severity = engine_pb2.LogSeverity.Value("INFO")
        request = engine_pb2.LogRequest(severity=severity, message=message)
        try:
            self.engine.Log(request, timeout=5)  # pyright: ignore[reportUnknownMemberType]
        except grpc.RpcError:
            # The engine is about to end, or gone: nobody reads this any more.
            return


def serve_with(engine: str, make: Callable[[EngineLog], ResourceProviderServicer]) -> int:
    """Serve the engine at an address until it ends; returns 0."""
    limits = [
        ("grpc.max_send_message_length", LARGEST_MESSAGE),
        ("grpc.max_receive_message_length", LARGEST_MESSAGE),
    ]
    server = grpc.server(ThreadPoolExecutor(max_workers=WORKERS), options=limits)
    add_ResourceProviderServicer_to_server(make(EngineLog(engine)), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _end)
    print(port, flush=True)
    outlive(engine)
    return 0


def _end(number: int, frame: object) -> NoReturn:
    """End at once: the cloud keeps what was made."""
    del number, frame
    os._exit(0)
