"""Serves the pack to the engine that has started it."""

import signal
import sys
import threading
from concurrent import futures
from types import FrameType
from typing import Any

import grpc
from pulumi.runtime.proto import analyzer_pb2_grpc

from tricenter.policies.pack.analyzer import Analyzer

LARGEST_MESSAGE = 400 * 1024 * 1024  # what the engine allows itself
WORKERS = 4


def serve() -> None:
    """Answer on a free port of this machine, printed as the first line, until a signal comes."""
    server: Any = grpc.server(
        futures.ThreadPoolExecutor(max_workers=WORKERS),
        options=[("grpc.max_receive_message_length", LARGEST_MESSAGE)],
    )
    add: Any = analyzer_pb2_grpc.add_AnalyzerServicer_to_server
    add(Analyzer(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    over = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        over.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    over.wait()
    server.stop(0)
