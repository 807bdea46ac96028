"""A client that writes one row after the other, and knows which of them were acknowledged."""

import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import psycopg

from tricenter.lab.host import enter_network
from tricenter.lab.secrets import ca, password
from tricenter.lab.stack import Stack
from tricenter.topology.plan import PlannedDatabase

EVERY_S = 0.05
LEAST = 20


@dataclass(slots=True)
class Writer:
    """Writes to whoever leads a database, from a place outside the sites, until it is stopped."""

    stack: Stack
    database: PlannedDatabase
    place: str
    acked: list[tuple[float, int]] = field(default_factory=list[tuple[float, int]])
    _first: int = 1
    _end: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        with self.connect() as connection:
            connection.execute("create table if not exists written (n int primary key)")
            found = connection.execute("select coalesce(max(n), 0) from written").fetchone()
            self._first = int(found[0]) + 1 if found else 1
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end.set()
        if self._thread is not None:
            self._thread.join(30)

    def connect(self) -> psycopg.Connection[Any]:
        """A connection of the application to the leader, found among all members."""
        with enter_network(self.stack, self.place):
            return psycopg.connect(
                host=",".join(member.address for member in self.database.members),
                port=self.database.members[0].port,
                dbname="app",
                user="app",
                password=password(self.stack, f"{self.database.name}-app"),
                sslmode="verify-full",
                sslrootcert=str(ca(self.stack)),
                connect_timeout=2,
                target_session_attrs="read-write",
                autocommit=True,
            )

    def lost(self) -> list[int]:
        """The acknowledged rows that are not there; there must be some to be lost."""
        assert len(self.acked) > LEAST, f"only {len(self.acked)} rows were acknowledged"
        with self.connect() as connection:
            there = {row[0] for row in connection.execute("select n from written")}
        return [n for _, n in self.acked if n not in there]

    def longest_pause(self, since: float = 0.0) -> float:
        """Seconds between two acknowledgements, the longest since a moment of the clock."""
        times = [at for at, _ in self.acked if at >= since]
        assert times, "nothing was acknowledged since then"
        return max((b - a for a, b in zip(times, times[1:], strict=False)), default=0.0)

    def _run(self) -> None:
        number = self._first
        while not self._end.is_set():
            with suppress(psycopg.Error), self.connect() as connection:
                warned: list[Any] = []
                connection.add_notice_handler(warned.append)
                while not self._end.is_set():
                    number += 1  # also where it fails: what became of it is not known
                    connection.execute("insert into written values (%s)", (number,))
                    # A warning with the commit says that nobody confirmed it.
                    if not warned:
                        self.acked.append((time.monotonic(), number))
                    warned.clear()
                    time.sleep(EVERY_S)
            time.sleep(0.1)
