"""The scheduler's journal: JSON lines that survive kill -9, and the state that they tell."""

import json
import os
import threading
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from tricenter.lab.backup.due import Failures, Run, State

Entry = Mapping[str, Any]
BOUND = 4 << 20
"""Bytes of a journal that is shortened at the next start."""

KEPT_LINES = 2000
BACKUPS = ("full", "incremental")


class Journal:
    """A file of events, each on the disk before `append` returns. Threads may share it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True)
        entries = read(path)
        if path.exists() and path.stat().st_size > BOUND:
            entries = shorten(entries)
            _replace(path, entries)
        self.entries: list[Entry] = entries
        self._state: State | None = None
        self._number = max((int(entry.get("n", 0)) for entry in entries), default=0)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        size = os.fstat(self._file).st_size
        if size and os.pread(self._file, 1, size - 1) != b"\n":
            os.write(self._file, b"\n")  # a line torn by a crash stays alone

    def append(self, event: str, at: datetime, **facts: Any) -> int:
        """Write an event; gives its number."""
        with self._lock:
            self._number += 1
            entry = {"n": self._number, "event": event, "at": at.isoformat(), **facts}
            os.write(self._file, json.dumps(entry).encode() + b"\n")
            os.fsync(self._file)
            self.entries.append(entry)
            self._state = None
            return self._number

    def state(self) -> State | None:
        """What the events tell; None before the first."""
        with self._lock:
            self._state = self._state or fold(self.entries)
            return self._state


def read(path: Path) -> list[Entry]:
    """The events of a journal, without lines that a crash has torn."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return []
    return parse(text)


def parse(text: str) -> list[Entry]:
    """The events in a journal's text."""
    entries: list[Entry] = []
    for line in text.splitlines():
        try:
            entry: Any = json.loads(line)
        except ValueError:
            continue
        if isinstance(entry, dict) and {"event", "at"} <= cast(Entry, entry).keys():
            entries.append(cast(Entry, entry))
    return entries


def fold(entries: Iterable[Entry]) -> State | None:
    """The state after these events. A start without an end was interrupted: it is not done."""
    installed: datetime | None = None
    done: dict[str, Run] = {}
    failed: dict[str, Failures] = {}
    for entry in entries:
        at = datetime.fromisoformat(entry["at"])
        if entry["event"] == "installed":
            installed = installed or at
        elif entry["event"] == "clock":
            # The clock went back: what lies ahead of it now would keep jobs from running.
            installed = min(installed, at) if installed else at
            done = {job: _earlier(run, at) for job, run in done.items()}
            failed.clear()
        elif entry["event"] == "end":
            job = entry["job"]
            if entry["ok"]:
                fire = datetime.fromisoformat(entry["fire"])
                done[job] = Run(fire=fire, started=int(entry["start"]), ended=int(entry["n"]))
                failed.pop(job, None)
            else:
                count = failed[job].count if job in failed else 0
                failed[job] = Failures(at=at, count=count + 1)
    return State(installed=installed, done=done, failed=failed) if installed else None


def shorten(entries: Iterable[Entry]) -> list[Entry]:
    """The newest events, and of the older ones those that the state still needs."""
    everything = list(entries)
    first = everything[: max(0, len(everything) - KEPT_LINES)]
    begin = [entry for entry in first if entry["event"] == "installed"][:1]
    newest = {entry["job"]: entry for entry in first if _succeeded(entry)}
    old = sorted(newest.values(), key=lambda entry: int(entry["n"]))
    return [*begin, *old, *everything[len(first) :]]


def _succeeded(entry: Entry) -> bool:
    return entry["event"] == "end" and bool(entry["ok"])


def _earlier(run: Run, at: datetime) -> Run:
    return Run(fire=min(run.fire, at), started=run.started, ended=run.ended)


def _replace(path: Path, entries: Iterable[Entry]) -> None:
    draft = path.with_suffix(".draft")
    with draft.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(entry) + "\n" for entry in entries)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def failing(entries: Iterable[Entry]) -> dict[str, Entry]:
    """The jobs whose newest end was a failure, each with that end.

    A backup that failed is made good by any later one of the same database.
    """
    newest: dict[str, Entry] = {}
    for entry in entries:
        if entry["event"] == "end":
            newest[entry["job"]] = entry
            if entry["ok"] and entry["kind"] in BACKUPS:
                database = entry["job"].partition(":")[2]
                newest |= {f"{kind}:{database}": entry for kind in BACKUPS}
    return {job: entry for job, entry in newest.items() if not entry["ok"]}


def shipped(entries: Iterable[Entry], database: str) -> datetime | None:
    """When a vault last received a shipment with a backup of the database; None if it never did."""
    backed, newest = False, None
    for entry in entries:
        if not _succeeded(entry):
            continue
        if entry["job"] in {f"{kind}:{database}" for kind in BACKUPS}:
            backed = True
        elif backed and entry["kind"] == "ship":
            newest = datetime.fromisoformat(entry["at"])
    return newest
