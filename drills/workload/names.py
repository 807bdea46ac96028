"""Names: asks the authoritative servers in turn, keeps answers for their TTL and no longer."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import cast

import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.rdatatype


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server said: addresses in its order, and for how many seconds that holds."""

    addresses: tuple[str, ...]
    ttl: float
    server: str


class Names:
    """A resolver of its own: no system resolver, no search list. Threads may share it."""

    def __init__(
        self,
        servers: Sequence[str],
        *,
        port: int = 53,
        timeout: float = 0.3,
        first: int = 0,
        source: str | None = None,
    ) -> None:
        self._servers = tuple(servers)
        self._port, self._timeout, self._source = port, timeout, source
        self._next = first % len(servers)
        self._lock = Lock()
        self._kept: dict[str, tuple[float, Answer]] = {}

    def addresses(self, name: str) -> tuple[str, ...]:
        """The addresses of a name, asked again when the TTL is over; empty when nobody answers."""
        with self._lock:
            expires, kept = self._kept.get(name, (0.0, None))
        if kept is not None and time.monotonic() < expires:
            return kept.addresses
        answer = self.ask(name)
        if answer is None:
            return ()
        with self._lock:
            self._kept[name] = (time.monotonic() + answer.ttl, answer)
        return answer.addresses

    def ask(self, name: str, *, turn: bool = False) -> Answer | None:
        """A fresh answer, from the server that answered last, or with `turn` from the next one.

        A server that stays silent is left for the next; None when all do.
        """
        with self._lock:
            if turn:
                self._next = (self._next + 1) % len(self._servers)
            first = self._next
        for offset in range(len(self._servers)):
            index = (first + offset) % len(self._servers)
            answer = self._ask_server(name, self._servers[index])
            if answer is not None:
                with self._lock:
                    self._next = index
                return answer
        return None

    def _ask_server(self, name: str, server: str) -> Answer | None:
        question = dns.message.make_query(name, dns.rdatatype.A)
        question.flags &= ~dns.flags.RD
        try:
            reply = dns.query.udp(
                question,
                server,
                timeout=self._timeout,
                port=self._port,
                source=self._source,
                ignore_unexpected=True,
            )
        except (OSError, dns.exception.DNSException):
            return None
        if reply.rcode() != dns.rcode.NOERROR:
            return None
        sets = [entry for entry in reply.answer if entry.rdtype == dns.rdatatype.A]
        records = (record for entry in sets for record in cast(Iterable[object], entry))
        addresses = tuple(str(record) for record in records)
        # No address is an answer too; it must not be kept, as a leader may be there at once.
        ttl = float(min((entry.ttl for entry in sets), default=0))
        return Answer(addresses=addresses, ttl=ttl, server=server)
