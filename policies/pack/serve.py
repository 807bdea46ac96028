"""Serves the pack to the engine that has started it."""

import signal
import sys
import threading
from types import FrameType
from typing import Any

from pulumi.runtime.proto import analyzer_pb2_grpc

from tricenter.policies.pack.analyzer import Analyzer
from tricenter.setup.grpc_server import listen

WORKERS = 4


def serve() -> None:
    """Answer on a free port of this machine, printed as the first line, until a signal comes."""
    add: Any = analyzer_pb2_grpc.add_AnalyzerServicer_to_server
    server, port = listen(lambda made: add(Analyzer(), made), WORKERS)
    over = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        over.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    over.wait()
    server.stop(0)
