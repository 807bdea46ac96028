"""The log of the engine that the stand-in serves."""

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc


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
