"""Serves the component to the engine that has started the plugin, as the SDK's own `main` does.

The SDK's (pulumi 3.250.0, provider/server.py, read 2026-11-30) answers every user of the machine.
"""

import asyncio
import sys
from collections.abc import Sequence
from contextlib import suppress

from pulumi.provider.server import ProviderServicer
from pulumi.runtime.proto import provider_pb2_grpc

from tricenter.package.provider import Package
from tricenter.setup.grpc_server import listen_async


def serve(arguments: Sequence[str]) -> int:
    """Answer on a free port, printed as the first line, until the process is ended; returns 0."""
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(list(arguments)))
    return 0


async def _serve(arguments: list[str]) -> None:
    engine = next(word for word in arguments if not word.startswith("-"))
    servicer = ProviderServicer(Package(), arguments, engine_address=engine)
    server, port = await listen_async(
        lambda made: provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, made)
    )
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    await server.wait_for_termination()
