"""What a scheduler has to do now: a pure function of its jobs, its journal and the time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from tricenter.topology.cron import latest

JobKind = Literal["full", "incremental", "retain", "ship", "restore-test"]
ORDER: tuple[JobKind, ...] = ("full", "incremental", "retain", "ship", "restore-test")
FIRST_RETRY = timedelta(seconds=5)
LAST_RETRY = timedelta(minutes=5)
WANTED_AGAIN = timedelta(minutes=1)
"""A job that the state of the repository asks for rests so long after its newest success."""

NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Something done again and again; jobs of the same `key` never run at the same time.

    It is due when `cron` fires, `every` so many seconds, after one of `follows` has succeeded;
    with `at_once` also when it was never done.
    """

    id: str
    kind: JobKind
    key: str
    cron: str | None = None
    every: float | None = None
    follows: tuple[str, ...] = ()
    at_once: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A job's newest success: the fire it answered, and where the journal has start and end."""

    fire: datetime
    started: int
    ended: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Failures:
    """The failures of a job since its newest success."""

    at: datetime
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What the journal tells: since when there is a schedule, and each job's newest run."""

    installed: datetime
    done: Mapping[str, Run] = field(default_factory=dict[str, Run])
    failed: Mapping[str, Failures] = field(default_factory=dict[str, Failures])


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A job to run now, the moment for which it runs, and what asks for it beside its calendar."""

    job: Job
    fire: datetime
    why: str = ""


def due(
    jobs: Iterable[Job], state: State, now: datetime, wanted: Mapping[str, str] = NOTHING
) -> tuple[Due, ...]:
    """The jobs to run now, backups first; a job that missed several fires is caught up once.

    `wanted` has the ids of jobs that the state of the repository asks for, and why.
    """
    found = overdue(jobs, state, now, wanted)
    return tuple(item for item in found if not _resting(item.job, state, now))


def overdue(
    jobs: Iterable[Job], state: State, now: datetime, wanted: Mapping[str, str] = NOTHING
) -> tuple[Due, ...]:
    """What is not done yet, with the jobs that wait a little after a failure."""
    found: list[Due] = []
    for job in jobs:
        fire, why = _fire(job, state, now), ""
        if fire is None and _is_wanted(job, state, now, wanted):
            fire, why = now, wanted[job.id]
        if fire is not None:
            found.append(Due(job=job, fire=fire, why=why))
    return tuple(sorted(found, key=lambda item: (ORDER.index(item.job.kind), item.job.id)))


def _is_wanted(job: Job, state: State, now: datetime, wanted: Mapping[str, str]) -> bool:
    if job.id not in wanted:
        return False
    done = state.done.get(job.id)
    return done is None or now - done.fire >= WANTED_AGAIN


def _fire(job: Job, state: State, now: datetime) -> datetime | None:
    done = state.done.get(job.id)
    if done is None and job.at_once:
        return now
    if job.cron is not None:
        fire = latest(job.cron, now)
        if fire is not None and fire > (done.fire if done else state.installed):
            return fire
    ends = [state.done[other].ended for other in job.follows if other in state.done]
    if ends and (done is None or max(ends) > done.started):
        return now
    if job.every is None or done is None:
        return None
    return now if now - done.fire >= timedelta(seconds=job.every) else None


def _resting(job: Job, state: State, now: datetime) -> bool:
    """Whether the job failed so lately that trying again can wait."""
    failed = state.failed.get(job.id)
    if failed is None or now < failed.at:
        return False
    pause = min(FIRST_RETRY * 2 ** min(failed.count - 1, 10), LAST_RETRY)
    return now - failed.at < pause
