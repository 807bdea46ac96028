"""A gRPC server on a free loopback port for the engine alone: other users' calls are refused."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from inspect import isawaitable
from typing import Any
from urllib.parse import unquote

import grpc
import grpc.aio

from tricenter.setup.callers import REFUSAL, may_call

LOCAL = "127.0.0.1"
LARGEST_MESSAGE = 400 * 1024 * 1024
"""As the engine has it: a whole bundle is one message."""
LIMITS = [
    ("grpc.max_send_message_length", LARGEST_MESSAGE),
    ("grpc.max_receive_message_length", LARGEST_MESSAGE),
]


def listen(add: Callable[[grpc.Server], None], workers: int) -> tuple[grpc.Server, int]:
    """A server that serves what `add` adds, `workers` calls at a time; and its port."""
    guard = _Guard()
    server = grpc.server(
        ThreadPoolExecutor(max_workers=workers), interceptors=[guard], options=LIMITS
    )
    add(server)
    guard.port = server.add_insecure_port(f"{LOCAL}:0")
    server.start()
    return server, guard.port


async def listen_async(add: Callable[[grpc.aio.Server], None]) -> tuple[grpc.aio.Server, int]:
    """The same for coroutines, of which each call has one and one answer."""
    guard = _AsyncGuard()
    server = grpc.aio.server(interceptors=[guard], options=LIMITS)
    add(server)
    guard.port = server.add_insecure_port(f"{LOCAL}:0")
    await server.start()
    return server, guard.port


def peer_may_call(port: int, peer: str) -> bool:
    """Whether a gRPC peer, `ipv4:127.0.0.1:4711`, of our port is our own user."""
    family, _, rest = unquote(peer).partition(":")
    host, _, number = rest.rpartition(":")
    if family not in {"ipv4", "ipv6"} or not number.isdigit():
        return False
    return may_call((LOCAL, port), (host.strip("[]"), int(number)))


class _Guard(grpc.ServerInterceptor):
    """Asks before each call who makes it."""

    port = 0

    def intercept_service(self, continuation: Any, handler_call_details: Any) -> Any:
        """The call's handler, behind the question."""
        handler = continuation(handler_call_details)
        if handler is None:
            return None
        kind = f"{_word(handler.request_streaming)}_{_word(handler.response_streaming)}"
        behave = getattr(handler, kind)

        def guarded(request: Any, context: grpc.ServicerContext) -> Any:
            if not peer_may_call(self.port, context.peer()):
                context.abort(grpc.StatusCode.PERMISSION_DENIED, REFUSAL)
            return behave(request, context)

        make = getattr(grpc, f"{kind}_rpc_method_handler")
        return make(
            guarded,
            request_deserializer=handler.request_deserializer,
            response_serializer=handler.response_serializer,
        )


class _AsyncGuard(grpc.aio.ServerInterceptor):
    """The same for coroutines."""

    port = 0

    async def intercept_service(self, continuation: Any, handler_call_details: Any) -> Any:
        """The call's handler, behind the question."""
        handler = await continuation(handler_call_details)
        if handler is None or handler.request_streaming or handler.response_streaming:
            return None
        behave = handler.unary_unary

        async def guarded(request: Any, context: grpc.aio.ServicerContext[Any, Any]) -> Any:
            if not peer_may_call(self.port, context.peer()):
                await context.abort(grpc.StatusCode.PERMISSION_DENIED, REFUSAL)
            answer = behave(request, context)
            return await answer if isawaitable(answer) else answer

        return grpc.unary_unary_rpc_method_handler(
            guarded,
            request_deserializer=handler.request_deserializer,
            response_serializer=handler.response_serializer,
        )


def _word(streaming: bool) -> str:  # noqa: FBT001 - gRPC's own word for it
    return "stream" if streaming else "unary"
