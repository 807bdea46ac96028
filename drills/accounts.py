"""The accounts of a drill: opened before, read back in the end from every member."""

import hashlib
from collections.abc import Mapping
from typing import Any

import psycopg

from tricenter.drills.case import compress
from tricenter.drills.workload.settings import DatabaseAccess
from tricenter.drills.workload.transfers import connect
from tricenter.lab.host import enter_network
from tricenter.lab.stack import Stack
from tricenter.lab.waits import until

ACCOUNTS = 100
OPENING = 100_000
TIMEOUT_S = 5.0
CATCH_UP_S = 60.0

TABLES = """
CREATE TABLE account (id int PRIMARY KEY, balance bigint NOT NULL CHECK (balance >= 0));
CREATE TABLE transfer (
  worker text NOT NULL, seq bigint NOT NULL, source int NOT NULL REFERENCES account,
  target int NOT NULL REFERENCES account, amount bigint NOT NULL CHECK (amount > 0),
  at timestamptz NOT NULL DEFAULT clock_timestamp(), PRIMARY KEY (worker, seq)
);
"""
MOVED = """
SELECT id, sum(change)::bigint FROM (
  SELECT source AS id, -amount AS change FROM transfer
  UNION ALL SELECT target, amount FROM transfer
) AS moves GROUP BY id
"""


class Books:
    """The way to a database's members, from a client's place in the network."""

    def __init__(self, stack: Stack, place: str, access: DatabaseAccess) -> None:
        self._stack, self._place, self._access = stack, place, access

    def open(self, address: str) -> int:
        """Make tables and accounts at the leader's address; returns the sum of all balances."""
        with self._connect(address, "read-write") as connection:
            connection.execute(TABLES)
            connection.execute(
                "INSERT INTO account SELECT generate_series(1, %s), %s", (ACCOUNTS, OPENING)
            )
        return ACCOUNTS * OPENING

    def version(self, address: str) -> str:
        """The version of PostgreSQL at an address."""
        with self._connect(address, "any") as connection:
            return str(_one(connection, "SHOW server_version")).split()[0]

    def position(self, address: str) -> int:
        """How far the leader's log is written, as a byte."""
        with self._connect(address, "read-write") as connection:
            return int(_one(connection, "SELECT pg_current_wal_lsn() - '0/0'::pg_lsn"))

    def await_position(self, address: str, position: int) -> None:
        """Wait until a replica has replayed the log to this byte; LabError if it does not."""

        def there() -> bool:
            try:
                with self._connect(address, "any") as connection:
                    done = _one(
                        connection,
                        "SELECT NOT pg_is_in_recovery()"
                        " OR pg_last_wal_replay_lsn() - '0/0'::pg_lsn >= %s",
                        position,
                    )
            except psycopg.Error:
                return False
            return bool(done)

        until(there, CATCH_UP_S, f"replay up to {position} at {address}", every=0.2)

    def read(self, address: str) -> dict[str, Any]:
        """Everything that the leader holds, in one snapshot, as the event of the final read."""
        with self._connect(address, "read-write") as connection:
            rows = connection.execute("SELECT worker, seq FROM transfer ORDER BY 1, 2").fetchall()
            balances = connection.execute("SELECT id, balance FROM account").fetchall()
            moved = connection.execute(MOVED).fetchall()
        numbers: dict[str, list[int]] = {}
        for worker, seq in rows:
            numbers.setdefault(worker, []).append(seq)
        return {
            "opening": OPENING,
            "transfers": {worker: compress(found) for worker, found in numbers.items()},
            "balances": {str(number): balance for number, balance in balances},
            "moved": {str(number): change for number, change in moved},
        }

    def summary(self, address: str) -> Mapping[str, Any]:
        """The sum of balances at any member, and a digest of all that it holds."""
        with self._connect(address, "any") as connection:
            digest = hashlib.sha256()
            for query in (
                "SELECT id, balance FROM account ORDER BY id",
                "SELECT worker, seq, source, target, amount FROM transfer ORDER BY worker, seq",
            ):
                for row in connection.execute(query):  # pyright: ignore[reportArgumentType]
                    digest.update(repr(row).encode())
            total = int(_one(connection, "SELECT sum(balance)::bigint FROM account"))
        return {"total": total, "digest": digest.hexdigest()[:16]}

    def _connect(self, address: str, attributes: str) -> psycopg.Connection[Any]:
        with enter_network(self._stack, self._place):
            connection = connect(self._access, address, TIMEOUT_S, attributes)
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        return connection


def _one(connection: psycopg.Connection[Any], query: str, *values: Any) -> Any:
    row = connection.execute(query, values or None).fetchone()  # pyright: ignore[reportArgumentType]
    if row is None:
        raise psycopg.DataError(f"no row: {query}")
    return row[0]
