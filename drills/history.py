"""A drill's history: what clients and the drill saw, one JSON line an event, only ever appended."""

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any, Self, TextIO

from tricenter.topology.errors import TricenterError

SUFFIX = ".jsonl"


class HistoryError(TricenterError):
    """A history cannot be read; the text says which file and line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened.

    `at` is the machine's monotonic clock, the same for all processes of a drill, and orders
    events; `wall` is seconds since 1970 in UTC, for people. `source` is who saw it: a worker
    (`client-cn/ledger-a/0`), a client, or `drill`.
    """

    at: float
    wall: float
    kind: str
    source: str
    data: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def line(self) -> str:
        """The event as a line of a history file."""
        entry = {"at": self.at, "wall": self.wall, "kind": self.kind, "source": self.source}
        return json.dumps({**entry, **self.data}, separators=(",", ":")) + "\n"


class Writer:
    """Appends events to one file; each is handed to the system before `add` returns.

    Threads may share a writer. A file that ends in half a line (its writer was killed) is
    continued on a new one.
    """

    def __init__(self, path: Path, source: str) -> None:
        self.source = source
        self._lock = Lock()
        before = path.read_bytes() if path.exists() else b""
        self._file: TextIO = path.open("a", encoding="utf-8", buffering=1)
        if before and not before.endswith(b"\n"):
            self._file.write("\n")

    def add(self, kind: str, source: str | None = None, **data: Any) -> Event:
        """Record that something happened now; `data` must be JSON."""
        event = Event(
            at=round(time.monotonic(), 6),
            wall=round(time.time(), 6),
            kind=kind,
            source=source or self.source,
            data=data,
        )
        with self._lock:
            self._file.write(event.line())
            self._file.flush()
        return event

    def close(self) -> None:
        """Close the file; nothing can be added afterwards."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def read_events(path: Path) -> Iterator[Event]:
    """The events of one file; half a line is passed over where a writer was killed.

    Raises HistoryError for a whole line that is no event: a damaged history proves nothing.
    """
    lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
    for number, line in enumerate(lines, start=1):
        if not line:
            continue
        try:
            yield parse(line)
        except (ValueError, KeyError, TypeError) as error:
            # A complete line ends in a brace. Whatever does not was cut off by a kill.
            if not line.endswith("}"):
                continue
            raise HistoryError(f"{path}:{number}: this is no event: {error}") from None


def parse(line: str) -> Event:
    """The event that a line holds; raises ValueError, KeyError or TypeError."""
    entry: dict[str, Any] = json.loads(line)
    if not isinstance(entry, dict):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError("a line holds one JSON object")
    at, wall = float(entry.pop("at")), float(entry.pop("wall"))
    kind, source = str(entry.pop("kind")), str(entry.pop("source"))
    return Event(at=at, wall=wall, kind=kind, source=source, data=entry)


def read_history(folder: Path) -> tuple[Event, ...]:
    """All events of a drill's folder, in the order in which they happened."""
    found = [event for path in sorted(folder.glob(f"*{SUFFIX}")) for event in read_events(path)]
    return in_order(found)


def in_order(events: Iterable[Event]) -> tuple[Event, ...]:
    """Events by their monotonic time; those of one instant stay as they were."""
    return tuple(sorted(events, key=lambda event: event.at))


class Tail:
    """Reads a growing history: each call of `more` gives what was added since the last."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[Path, int] = {}

    def more(self) -> list[Event]:
        """The events of whole lines added meanwhile; half a line waits for its end."""
        found: list[Event] = []
        for path in sorted(self._folder.glob(f"*{SUFFIX}")):
            with path.open("rb") as file:
                file.seek(self._read.get(path, 0))
                added = file.read()
            whole = added[: added.rfind(b"\n") + 1]
            self._read[path] = self._read.get(path, 0) + len(whole)
            found += [parse(line) for line in whole.decode().splitlines() if line]
        return found
