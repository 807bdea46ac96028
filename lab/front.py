"""The front: where a site's application would listen. It says who it is and who leads what.

`python -m tricenter.lab.front CONFIG`; only light modules, since every site has one. Each second it
asks the site's own name server who leads: that also keeps the server's health checks going.
"""

import asyncio
import json
import os
import signal
import struct
import sys
from pathlib import Path
from typing import Any, cast

EVERY_S = 1.0
PATIENCE_S = 0.5
A = 1


def question(name: str, number: int) -> bytes:
    """A DNS question for a name's IPv4 addresses."""
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    return struct.pack(">6H", number, 0, 1, 0, 0, 0) + labels + b"\0" + struct.pack(">2H", A, 1)


def addresses(answer: bytes, number: int) -> list[str] | None:
    """The IPv4 addresses in an answer; None when it is not one to this question."""
    if len(answer) < 12:
        return None
    given, flags, questions, count = struct.unpack(">4H", answer[:8])
    if given != number or flags & 0x000F:
        return None
    place, found = 12, list[str]()
    for _ in range(questions):
        place = _after_name(answer, place) + 4
    for _ in range(count):
        place = _after_name(answer, place)
        kind, _, _, size = struct.unpack(">HHIH", answer[place : place + 10])
        data = answer[place + 10 : place + 10 + size]
        if kind == A and size == 4:
            found.append(".".join(map(str, data)))
        place += 10 + size
    return found


def _after_name(answer: bytes, place: int) -> int:
    while answer[place]:
        if answer[place] >= 0xC0:
            return place + 2
        place += answer[place] + 1
    return place + 1


class Asking(asyncio.DatagramProtocol):
    """One question on its way."""

    def __init__(self, name: str) -> None:
        self.number = int.from_bytes(os.urandom(2))
        self.question = question(name, self.number)
        self.found: asyncio.Future[list[str]] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the question."""
        cast(asyncio.DatagramTransport, transport).sendto(self.question)

    def datagram_received(self, data: bytes, addr: Any) -> None:  # noqa: ARG002
        """Take the answer."""
        try:
            found = addresses(data, self.number)
        except (struct.error, IndexError):
            return
        if found is not None and not self.found.done():
            self.found.set_result(found)

    def error_received(self, exc: Exception) -> None:
        """Nobody is there."""
        if not self.found.done():
            self.found.set_exception(exc)


async def resolve(name: str, servers: list[str], port: int) -> list[str]:
    """The addresses of a name from the first server that answers; none when no server does."""
    loop = asyncio.get_running_loop()
    for server in servers:
        transport = None
        try:
            transport, asking = await loop.create_datagram_endpoint(
                lambda: Asking(name), remote_addr=(server, port)
            )
            return await asyncio.wait_for(asking.found, PATIENCE_S)
        except (OSError, TimeoutError):
            continue
        finally:
            if transport is not None:
                transport.close()
    return []


class Front:
    """The listeners of one site and its view of the leaders."""

    def __init__(self, config: dict[str, Any]) -> None:
        self.config = config
        self.leaders: dict[str, str | None] = dict.fromkeys(config["writers"])

    async def look(self) -> None:
        """Keep the view of the leaders fresh."""
        sites: dict[str, str] = self.config["sites"]
        while True:
            for database, name in self.config["writers"].items():
                servers, port = self.config["name_servers"], self.config["dns_port"]
                found = await resolve(name, servers, port)
                self.leaders[database] = sites.get(found[0]) if len(found) == 1 else None
            await asyncio.sleep(EVERY_S)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one request; a connection without one is a health check."""
        try:
            line = await asyncio.wait_for(reader.readline(), 5.0)
            if line:
                view = {"site": self.config["site"], "leaders": self.leaders}
                body = json.dumps(view).encode() + b"\n"
                head = (
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                    f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
                )
                writer.write(head.encode() + body)
                await writer.drain()
        except (OSError, TimeoutError, ValueError):
            pass
        finally:
            writer.close()

    async def serve(self) -> None:
        """Listen on every public address until told to end."""
        ended = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
        servers = [
            await asyncio.start_server(self.answer, place["address"], place["port"])
            for place in self.config["listen"]
        ]
        looking = asyncio.create_task(self.look())
        await ended.wait()
        looking.cancel()
        for server in servers:
            server.close()


def main() -> None:
    """`python -m tricenter.lab.front CONFIG`."""
    config = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    asyncio.run(Front(config).serve())


if __name__ == "__main__":
    main()
