"""The engine that started a plugin: it is served while it lives, and the plugin ends with it."""

import os
import signal
import socket
import time
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from google.protobuf.struct_pb2 import Struct
    from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderServicer
    from pulumi.runtime.proto.status_pb2 import Status


def serve(engine: str, servicer: "ResourceProviderServicer", workers: int) -> int:
    """Serve the engine at an address until it ends, `workers` requests at a time; returns 0."""
    from pulumi.runtime.proto.provider_pb2_grpc import add_ResourceProviderServicer_to_server

    from tricenter.setup.grpc_server import listen

    # Held by its name: a server that nothing holds ends.
    server, port = listen(
        lambda made: add_ResourceProviderServicer_to_server(servicer, made), workers
    )
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _end)
    print(port, flush=True)
    outlive(engine)
    del server
    return 0


def _end(number: int, frame: object) -> NoReturn:
    """End at once: what is half-made can be finished or swept, as after a power loss."""
    del number, frame
    os._exit(0)


def half_made(identity: str, inputs: "Struct", reason: str) -> "Status":
    """The message for a resource that was begun and must be kept in the state."""
    import grpc
    from google.protobuf import any_pb2
    from pulumi.runtime.proto import provider_pb2, status_pb2

    detail = any_pb2.Any()
    detail.Pack(provider_pb2.ErrorResourceInitFailed(id=identity, inputs=inputs, reasons=[reason]))
    code: int = grpc.StatusCode.UNKNOWN.value[0]
    return status_pb2.Status(code=code, message=reason, details=[detail])


def outlive(engine: str) -> None:
    """Return when the engine is gone, also when it was killed and could say nothing."""
    host, _, port = engine.rpartition(":")
    while True:
        try:
            with socket.create_connection((host, int(port)), timeout=5) as connection:
                connection.settimeout(None)
                # Nothing is said on this connection: it ends with the engine, or when the engine
                # tires of it, and then another one is made.
                while connection.recv(4096):
                    pass
        except OSError:
            os._exit(0)
        time.sleep(0.2)
