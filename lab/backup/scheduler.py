"""The scheduler of a site: runs what is due, one job at a time per database and vault.

`python -m tricenter.lab.backup.scheduler`. It keeps nothing in memory that the journal does not
have: killed at any moment, it goes on where it was.
"""

import json
import os
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tricenter.lab.backup.clock import CLOCK_FILE, Clock, FileClock
from tricenter.lab.backup.definition import DEFINITION, JOURNAL, STATUS, read_definition
from tricenter.lab.backup.due import NOTHING, Due, Job, State, due, overdue
from tricenter.lab.backup.journal import Journal
from tricenter.lab.backup.pgbackrest import local_repository
from tricenter.lab.backup.stanza import Looker, Stanza, to_data
from tricenter.lab.backup.vault import release_abandoned
from tricenter.lab.backup.watch import Watch
from tricenter.lab.backup.work import Worker, worker
from tricenter.lab.inside import here
from tricenter.topology.errors import TricenterError
from tricenter.topology.render.pgbackrest import REPOSITORY

PACE = 0.25
"""Seconds between two looks at the clock."""

BACKWARDS = timedelta(minutes=1)
"""A clock that goes back by more is one that was handed in, or taken away."""

Start = Callable[[Callable[[], None]], None]
"""Runs a function, now or beside the caller."""


class Scheduler:
    """Jobs, a clock, a journal and the worker that does them; `tick` starts what is due.

    `wanted` has the ids of jobs that the repository asks for beside their calendar, and why.
    """

    def __init__(
        self, jobs: Sequence[Job], clock: Clock, journal: Journal, work: Worker, start: Start,
        wanted: Callable[[], Mapping[str, str]] = lambda: NOTHING,
    ) -> None:  # fmt: skip
        self.jobs = jobs
        self.clock = clock
        self.journal = journal
        self.work = work
        self.start = start
        self.wanted = wanted
        self.busy: set[str] = set()
        self._lock = threading.Lock()
        self._newest = max(
            (datetime.fromisoformat(entry["at"]) for entry in journal.entries), default=None
        )

    def tick(self) -> tuple[datetime, tuple[Due, ...]]:
        """Start the jobs that are due and free; gives the time, and what is due or running."""
        now = self.clock.now()
        self._watch_clock(now)
        with self._lock:
            busy = frozenset(self.busy)
        state, wanted = self.state(now), self.wanted()
        for item in due(self.jobs, state, now, wanted):
            with self._lock:
                if item.job.key in self.busy:
                    continue
                self.busy.add(item.job.key)
            self.start(lambda item=item: self._run(item))
        running = tuple(Due(job=job, fire=now) for job in self.jobs if job.key in busy)
        return now, overdue(self.jobs, state, now, wanted) or running

    def state(self, now: datetime) -> State:
        """What the journal tells; the first time, that the schedule begins."""
        state = self.journal.state()
        if state is None:
            self.journal.append("installed", now)
            state = self.journal.state()
        assert state is not None  # noqa: S101 - the event was just written
        return state

    def _watch_clock(self, now: datetime) -> None:
        if self._newest is not None and now < self._newest - BACKWARDS:
            self.journal.append("clock", now, was=self._newest.isoformat())
            self._newest = now
        self._newest = max(self._newest or now, now)

    def _run(self, item: Due) -> None:
        job, began = item.job, time.monotonic()
        facts: dict[str, Any] = {"job": job.id, "kind": job.kind}
        facts["fire"] = item.fire.isoformat()
        facts |= {"why": item.why} if item.why else {}
        try:
            facts["start"] = self.journal.append("start", self.clock.now(), **facts)
            try:
                done = self.work(job, item.fire, self.clock.now())
                outcome: dict[str, Any] = {"ok": True, **done}
            except (TricenterError, OSError, ValueError, KeyError) as error:
                outcome = {"ok": False, "reason": str(error)}
            outcome["seconds"] = round(time.monotonic() - began, 3)
            self.journal.append("end", self.clock.now(), **facts, **outcome)
        finally:
            with self._lock:
                self.busy.discard(job.key)


def _beside(act: Callable[[], None]) -> None:
    threading.Thread(target=act, daemon=True).start()


def _say(now: datetime, waiting: Sequence[Due], stanzas: Sequence[Stanza]) -> None:
    """Tell those who watch what the clock shows, what is not done, and how the repository is."""
    path = here(STATUS)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    status: dict[str, Any] = {"now": now.isoformat(), "waiting": [item.job.id for item in waiting]}
    status |= {"pid": os.getpid(), "repository": [to_data(stanza) for stanza in stanzas]}
    draft.write_text(json.dumps(status), encoding="utf-8")
    draft.replace(path)


def main() -> None:
    """Run the schedule of this host until somebody ends the process."""
    definition = read_definition(Path(sys.argv[1]) if len(sys.argv) > 1 else here(DEFINITION))
    release_abandoned()
    watch = Watch(definition, Looker(repository=local_repository(), root=here(REPOSITORY)))
    _beside(watch.run)
    scheduler = Scheduler(
        definition.jobs(),
        FileClock(path=here(CLOCK_FILE)),
        Journal(here(JOURNAL)),
        worker(definition),
        _beside,
        watch.wanted,
    )
    while True:
        _say(*scheduler.tick(), watch.stanzas)
        time.sleep(PACE)


if __name__ == "__main__":
    main()
