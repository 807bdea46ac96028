"""Transfers: workers move money between accounts and note what they were told of each."""

import random
import time
from math import ceil
from threading import Event as Signal
from typing import Any, Literal

import psycopg
from psycopg.errors import Diagnostic

from tricenter.drills.history import Writer
from tricenter.drills.workload.names import Names
from tricenter.drills.workload.settings import DatabaseAccess, Settings, worker_name

RETRY_S = 0.1
"""Pause after a name without an address, or a server that refused, before the next try."""
LARGEST = 50
"""Most money of one transfer."""

Outcome = Literal["write-ok", "write-fail", "write-unknown"]


class Worker:
    """One client connection to one database, as an application's thread would hold it."""

    def __init__(
        self,
        settings: Settings,
        access: DatabaseAccess,
        number: int,
        names: Names,
        history: Writer,
        stop: Signal,
    ) -> None:
        self.name = worker_name(settings.client, access.name, number)
        self._settings, self._access = settings, access
        self._names, self._history, self._stop = names, history, stop
        self._connection: psycopg.Connection[Any] | None = None
        self._warnings: list[str] = []
        self._seq = 0
        self._random = random.Random(self.name)  # noqa: S311 - which accounts pay is no secret

    def run(self) -> None:
        """Write until told to stop; what goes wrong is an event and a new connection."""
        due = time.monotonic()
        while not self._stop.is_set():
            if self._connection is None and not self._connect():
                self._stop.wait(RETRY_S)
                due = time.monotonic()
                continue
            self._transfer()
            due = max(due + 1 / self._settings.rate, time.monotonic() - 1)
            self._stop.wait(max(0.0, due - time.monotonic()))
        self._drop()

    def _connect(self) -> bool:
        addresses = self._names.addresses(self._access.writer)
        if not addresses:
            self._note("unnamed", name=self._access.writer)
            return False
        began = time.monotonic()
        try:
            self._connection = connect(self._access, addresses[0], self._settings.timeout)
        except psycopg.Error as error:
            self._note("connect-fail", server=addresses[0], reason=reason(error))
            return False
        self._connection.add_notice_handler(self._noticed)
        took = round(time.monotonic() - began, 4)
        self._note("connect", server=self._server(), took=took)
        return True

    def _noticed(self, diagnostic: Diagnostic) -> None:
        # Anything that COMMIT warns of means that it did not do what it was asked to.
        if diagnostic.severity_nonlocalized not in {"NOTICE", "INFO", "DEBUG", "LOG"}:
            self._warnings.append(diagnostic.message_primary or "warning")

    def _transfer(self) -> None:
        assert self._connection is not None  # noqa: S101 - run() connects first
        self._seq += 1
        began = time.monotonic()
        server = self._server()
        self._note("write-start", seq=self._seq)
        outcome, why = self._attempt(self._connection)
        details: dict[str, Any] = {"reason": why} if why else {}
        self._note(outcome, seq=self._seq, began=round(began, 6), server=server, **details)
        if outcome != "write-ok":
            self._drop()
        elif self._seq % self._settings.sum_every == 0:
            self._sum(self._connection)

    def _attempt(self, connection: psycopg.Connection[Any]) -> tuple[Outcome, str | None]:
        """Make one transfer. Unknown is whatever ends between sending COMMIT and a clear answer."""
        source, target = self._random.sample(range(1, self._settings.accounts + 1), 2)
        amount = self._random.randint(1, LARGEST)
        # Always in the order of numbers, so that two transfers never wait for each other.
        moves = sorted([(source, -amount), (target, amount)])
        try:
            for account, change in moves:
                connection.execute(
                    "UPDATE account SET balance = balance + %s WHERE id = %s", (change, account)
                )
            connection.execute(
                "INSERT INTO transfer (worker, seq, source, target, amount)"
                " VALUES (%s, %s, %s, %s, %s)",
                (self.name, self._seq, source, target, amount),
            )
        except psycopg.Error as error:
            return "write-fail", reason(error)
        self._warnings.clear()
        try:
            connection.commit()
        except psycopg.Error as error:
            # With a code of this class the server says that it rolled back; else nobody knows.
            refused = (error.sqlstate or "")[:2] in {"23", "25", "40"}
            return "write-fail" if refused else "write-unknown", reason(error)
        if self._warnings:
            return "write-unknown", "; ".join(self._warnings)
        return "write-ok", None

    def _sum(self, connection: psycopg.Connection[Any]) -> None:
        try:
            row = connection.execute("SELECT sum(balance)::bigint FROM account").fetchone()
            connection.rollback()
        except psycopg.Error as error:
            self._note("sum-fail", reason=reason(error))
            self._drop()
            return
        self._note("sum", total=row[0] if row else None, server=self._server())

    def _server(self) -> str:
        return self._connection.info.hostaddr if self._connection else ""

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _note(self, kind: str, **data: Any) -> None:
        self._history.add(kind, self.name, database=self._access.name, **data)


def connect(
    access: DatabaseAccess, address: str, timeout: float, attributes: str = "read-write"
) -> psycopg.Connection[Any]:
    """A connection to the server at an address, which its certificate must name.

    A server that stays silent is given up after `timeout` seconds. Raises psycopg.Error.
    """
    options: dict[str, Any] = {"sslrootcert": access.authority} if access.authority else {}
    return psycopg.connect(
        host=address,
        port=access.port,
        dbname=access.application,
        user=access.application,
        password=access.password,
        sslmode=access.tls,
        target_session_attrs=attributes,
        connect_timeout=max(2, ceil(timeout)),  # libpq knows nothing shorter than two seconds
        tcp_user_timeout=int(timeout * 1000),
        keepalives=1,
        keepalives_idle=1,
        keepalives_interval=1,
        keepalives_count=max(1, ceil(timeout) - 1),
        application_name="tricenter-drill",
        **options,
    )


def reason(error: psycopg.Error) -> str:
    """An error on one line, its code first where the server gave one."""
    text = " ".join(str(error).split())[:200]
    return f"{error.sqlstate} {text}" if error.sqlstate else text
