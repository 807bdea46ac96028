"""An emulated PostgreSQL: a data directory with its timeline and log, a server that streams it.

It stores no table: what is emulated is what decides about roles, which is how much of which
timeline's log a copy has. https://www.postgresql.org/docs/16/continuous-archiving.html#BACKUP-TIMELINES
"""

import json
import os
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import RLock
from typing import Any, Protocol

FIRST_LOG = 0x3000060
"""Where the log of a new cluster goes on after `initdb` and its first checkpoint."""
CHECKPOINT, RECORD = 0x78, 0x30
"""Bytes of a checkpoint's record, and of a small one."""
SEGMENT = 0x1000000
PROMOTED = "no recovery target specified"
"""What PostgreSQL writes into a history file for a standby that was promoted."""


@dataclass(slots=True, kw_only=True)
class Data:
    """A data directory; `state` is what `pg_controldata` calls the database cluster state.

    `history` has a line for each earlier timeline: its number, where it was left, why, and when.
    `checkpoint` is the latest checkpoint's place, `before` the record before it.
    """

    system: str
    timeline: int = 1
    log: int = FIRST_LOG
    history: list[list[Any]] = field(default_factory=list[list[Any]])
    state: str = "shut down"
    standby: bool = False
    follows: str | None = None
    checkpoint: int = FIRST_LOG
    before: int = FIRST_LOG

    def contains(self, other: "Data") -> bool:
        """Whether all of the other's log is part of this one: nothing of it would be lost.

        Timelines of the same number are the same only if they began at the same promotion.
        """
        known = len(other.history)
        if self.system != other.system or self.history[:known] != other.history:
            return False
        left = self.history[known][1] if known < len(self.history) else self.log
        return other.log <= left


class Wire(Protocol):
    """How a server reaches the others of its cluster, if their machines run."""

    def server(self, name: str) -> "Server | None": ...

    def others(self, name: str) -> "tuple[Server, ...]": ...


@dataclass(slots=True, kw_only=True)
class Server:
    """One member's PostgreSQL; `disk` is the file that stands for its data directory."""

    name: str
    address: str
    disk: Path
    wire: Wire
    data: Data | None = None
    runs: bool = False
    started: str = ""
    process: int = 0
    synchronous: str = ""
    """The value of synchronous_standby_names."""
    power: bool = True
    """Whether its machine runs; without power nothing starts and nothing is written."""
    lock: RLock = field(default_factory=RLock)

    def __post_init__(self) -> None:
        """Find the data directory as the machine's disk has it."""
        if self.disk.exists():
            self.data = Data(**json.loads(self.disk.read_text(encoding="utf-8")))

    @property
    def leads(self) -> bool:
        """Whether it runs and takes writes."""
        return self.runs and self.data is not None and not self.data.standby

    def initialize(self) -> None:
        """What `initdb` does: a new system with a number of its own."""
        now = time.time_ns() // 1000
        system = (now // 1_000_000 << 32) | (now % 1_000_000 << 12) | (os.getpid() & 0xFFF)
        self.data = Data(system=str(system))
        self.save()

    def copy_of(self, other: "Server") -> bool:
        """What `pg_basebackup` does: everything of a server that runs; False where none does."""
        source = other.data
        if not other.runs or source is None:
            return False
        self.data = Data(
            system=source.system,
            timeline=source.timeline,
            log=source.log,
            history=[[*line] for line in source.history],
            state="shut down in recovery",
            standby=True,
            checkpoint=source.checkpoint,
            before=source.before,
        )
        self.save()
        return True

    def remove(self) -> None:
        """Take the data directory away."""
        self.runs, self.data = False, None
        self.disk.unlink(missing_ok=True)

    def start(self) -> bool:
        """Start on the data directory as it is; False where there is none."""
        if self.data is None or not self.power:
            return False
        if not self.runs:
            self.runs = True
            self.process += 1
            self.started = datetime.now(UTC).isoformat(sep=" ")
            self.data.state = "in archive recovery" if self.data.standby else "in production"
            if not self.data.standby:
                self._checkpoint()
            self.save()
        return True

    def write_shutdown(self) -> tuple[int, int]:
        """The shutdown checkpoint, which standbys still receive: its place, the record before."""
        assert self.data is not None  # noqa: S101 - only a server that runs is shut down
        if self.data.standby:
            self.receive()
            self.data.state = "shut down in recovery"
        else:
            self._checkpoint()
            self.data.state = "shut down"
            for other in self.wire.others(self.name):
                other.receive()
        self.save()
        return self.data.checkpoint, self.data.before

    def stop(self) -> None:
        """End; what the data directory says of its state stays."""
        self.runs = False

    def lose_power(self) -> None:
        """End at once: the disk stays as it is, and nothing of this server comes to it any more."""
        self.power = self.runs = False

    def promote(self) -> bool:
        """Leave the timeline that was followed, and take writes on a new one."""
        with self.lock:
            if not self.runs or self.data is None:
                return False
            self.receive()
            now = datetime.now(UTC).isoformat()
            data = self.data
            data.history.append([data.timeline, data.log, PROMOTED, now])
            data.timeline += 1
            data.log += RECORD
            data.standby, data.follows, data.state = False, None, "in production"
            self._checkpoint()
            self.save()
            return True

    def write(self) -> None:
        """One small record, as any transaction writes."""
        if self.leads and self.data is not None:
            self.data.log += RECORD
            self.save()

    def receive(self) -> bool:
        """Take what the followed server has more; True while the two stream."""
        with self.lock:
            data = self.data
            if not self.runs or data is None or not data.standby or not data.follows:
                return False
            source = self.wire.server(data.follows)
            if source is None or not source.runs or source.data is None:
                return False
            if source.data.standby:
                source.receive()
            if not source.data.contains(data):
                return False
            if (data.timeline, data.log) != (source.data.timeline, source.data.log):
                data.timeline, data.log = source.data.timeline, source.data.log
                data.history = [[*line] for line in source.data.history]
                self.save()
            return True

    def recover(self) -> None:
        """What a start and an end in single-user mode do after a crash; without one, nothing.

        Nobody else gets what is written then. With archiving the end begins a new segment, so that
        the copy's log goes on far beyond what it had: `CreateCheckPoint`, `ShutdownXLOG` in
        src/backend/access/transam/xlog.c of PostgreSQL 15.
        """
        if self.data is None:
            return
        if self.data.state == "in production":
            self._checkpoint()
            self.data.log = (self.data.log // SEGMENT + 1) * SEGMENT
            self._checkpoint()
        self.data.state = "shut down"
        self.save()

    def rewind(self, source: "Server") -> bool:
        """What `pg_rewind` does: give up what the new leader's history has not; False on failure.

        It needs a server that was shut down in order, and a source that takes writes.
        """
        if self.runs or self.data is None or not source.leads or source.data is None:
            return False
        if not self.data.state.startswith("shut down") or self.data.system != source.data.system:
            return False
        return self.copy_of(source)

    def control(self) -> Mapping[str, str]:
        """What `pg_controldata` prints, as far as Patroni reads it."""
        if self.data is None:
            return {}
        return {
            "Database system identifier": self.data.system,
            "Database cluster state": self.data.state,
            "Latest checkpoint location": lsn(self.data.checkpoint),
            "Latest checkpoint's TimeLineID": str(self.data.timeline),
        }

    def save(self) -> None:
        """Keep the data directory on the machine's disk."""
        if self.data is None or not self.power:
            return
        draft = self.disk.with_suffix(".new")
        draft.write_text(json.dumps(asdict(self.data)), encoding="utf-8")
        draft.replace(self.disk)

    def _checkpoint(self) -> None:
        assert self.data is not None  # noqa: S101 - callers have looked
        self.data.before, self.data.checkpoint = self.data.checkpoint, self.data.log
        self.data.log += CHECKPOINT


def lsn(place: int) -> str:
    """A place in the log as PostgreSQL writes it."""
    return f"{place >> 32:X}/{place & 0xFFFFFFFF:X}"
