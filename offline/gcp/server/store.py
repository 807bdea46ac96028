"""The emulated cloud's state on disk: every resource by its service and path."""

import json
import os
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

from tricenter.offline.gcp.server.refusal import Json, missing
from tricenter.offline.silence import Silence

NAME = "cloud.sqlite"
TABLES = """
create table if not exists resource (
    service text not null, path text not null, body text not null, primary key (service, path)
) without rowid;
create table if not exists counter (name text primary key, value integer not null) without rowid;
"""


class Store:
    """Resources as JSON, changed one request at a time; what was answered survives a kill."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = folder / NAME
        # Payloads of secrets are in here, as they are in the real service.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        self._lock = RLock()
        self.silence = Silence(folder)
        self._database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._database.execute("pragma journal_mode = wal")
        self._database.execute("pragma synchronous = normal")
        self._database.executescript(TABLES)

    @contextmanager
    def change(self) -> Generator[None]:
        """All or nothing of one request; requests wait for each other."""
        with self._lock:
            self._database.execute("begin immediate")
            try:
                yield
            except BaseException:
                self._database.execute("rollback")
                raise
            self._database.execute("commit")

    def find(self, service: str, path: str) -> Json | None:
        """A resource, or None."""
        query = "select body from resource where service = ? and path = ?"
        row = self._database.execute(query, (service, path)).fetchone()
        return json.loads(row[0]) if row else None

    def get(self, service: str, path: str) -> Json:
        """A resource. Raises Refused (404) where there is none."""
        found = self.find(service, path)
        if found is None:
            raise missing(path)
        return found

    def put(self, service: str, path: str, body: Json) -> None:
        """Keeps a resource, new or anew."""
        text = json.dumps(body, separators=(",", ":"))
        self._database.execute(
            "insert into resource values (?, ?, ?)"
            " on conflict (service, path) do update set body = excluded.body",
            (service, path, text),
        )

    def drop(self, service: str, path: str) -> None:
        """Removes a resource and everything below it."""
        self._database.execute(
            "delete from resource where service = ? and (path = ? or path between ? and ?)",
            (service, path, f"{path}/", f"{path}/\U0010ffff"),
        )

    def below(self, service: str, prefix: str) -> dict[str, Json]:
        """Every resource of a service whose path begins with `prefix`, in the order of paths."""
        rows = self._database.execute(
            "select path, body from resource where service = ? and path between ? and ?"
            " order by path",
            (service, prefix, f"{prefix}\U0010ffff"),
        )
        return {path: json.loads(body) for path, body in rows}

    def children(self, service: str, collection: str) -> dict[str, Json]:
        """The resources right in a collection."""
        depth = collection.count("/") + 1
        found = self.below(service, f"{collection}/")
        return {path: body for path, body in found.items() if path.count("/") == depth}

    def number(self, name: str, first: int) -> int:
        """The next number of a series."""
        row = self._database.execute(
            "insert into counter values (?, ?)"
            " on conflict (name) do update set value = value + 1 returning value",
            (name, first),
        ).fetchone()
        return int(row[0])

    def close(self) -> None:
        """Lets go of the file."""
        self._database.close()
