"""What a history says of a site that was destroyed with its disks and built anew; pure functions.

Two stretches of time: the loss, from its first cut to the deployment's start, and the rebuild, from
there until clients had seen all of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from tricenter.drills.case import Case, expand
from tricenter.drills.history import Event

STREAMS_S = 60.0
"""Every copy of the site streams again within this time from the deployment's start."""
PAUSE_S = 1.0
"""Clients pause less than this while the site is built."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """The longest time between two successes of one worker, and whose it was."""

    client: str
    database: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A copy that was built: `seconds` from the deployment's start until it streamed.

    `files_old` counts data files that are older than the loss: there can be none on a blank disk.
    """

    database: str
    site: str
    seconds: float
    how: str
    full_copy: bool
    system_before: str
    system_after: str
    files: int
    files_old: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """A site's voice: the store's number of it before and after, and how many voices there were."""

    site: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    voices_before: int
    voices_after: int

    @property
    def is_new(self) -> bool:
        """Whether one voice that was not there before stands in the place of the old one."""
        fresh = len(self.after) == 1 and not set(self.after) & set(self.before)
        return fresh and self.voices_before == self.voices_after


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A destruction and what came of it; None wherever that was not seen."""

    sites: tuple[str, ...]
    text: str
    by: str
    destroyed_at: float
    began_at: float | None
    deployed_s: float | None
    failed: str | None
    missing: tuple[str, ...]
    copies: tuple[Copy, ...]
    voices: tuple[Voice, ...]
    voices_missing: tuple[str, ...]
    pause_at_loss: Pause | None
    loss_pause_limit: float | None
    pause: Pause | None
    acknowledged: int
    lost: int | None
    unwell: tuple[str, ...] | None

    @property
    def streams_s(self) -> float | None:
        """Seconds from the deployment's start until every copy streamed; None if one did not."""
        if self.missing or not self.copies:
            return None
        return max(copy.seconds for copy in self.copies)


def built(case: Case) -> Built | None:
    """What was seen of the destruction; None when there was none."""
    destroyed = case.first("destroy-start")
    if destroyed is None:
        return None
    sites = tuple(destroyed.data["sites"])
    began, end = case.first("rebuild-start"), case.last("rebuild-end")
    deployed, failed = case.first("rebuild-deployed"), case.first("rebuild-failed")
    end = end or failed
    told = case.last("status-after")
    copies, voices = tuple(_copies(case)), tuple(_voices(case))
    acked, lost = _lost(case, destroyed.at)
    until = began.at if began else case.events[-1].at
    return Built(
        sites=sites,
        text=destroyed.data["text"],
        by=began.data["by"] if began else "",
        destroyed_at=destroyed.at,
        began_at=began.at if began else None,
        deployed_s=round(deployed.at - began.at, 2) if deployed and began else None,
        failed=failed.data["reason"] if failed else None,
        missing=tuple(_missing(case, sites, copies)),
        copies=copies,
        voices=voices,
        voices_missing=tuple(
            h.name for h in case.plan.hosts
            if h.name in sites and h.voice and h.name not in {v.site for v in voices}
        ),
        pause_at_loss=longest_pause(case, destroyed.at, until),
        loss_pause_limit=_limit(destroyed.data["forecast"].values()),
        pause=longest_pause(case, began.at, end.at) if began and end else None,
        acknowledged=acked,
        lost=lost,
        unwell=tuple(told.data["says"]) if told else None,
    )  # fmt: skip


def longest_pause(case: Case, start: float, end: float) -> Pause | None:
    """The longest time without success of any worker that touches this stretch of time.

    A worker that has not written before it, or is silent to the end of the history, waits until
    the stretch ends, if not longer. None when nobody wrote at all.
    """
    worst: Pause | None = None
    for database in case.databases:
        moments: dict[str, list[float]] = {worker: [] for worker in case.writers(database)}
        for ack in case.acks(database):
            moments.setdefault(ack.id.worker, []).append(ack.at)
        for worker, times in moments.items():
            seconds = _pause(times, start, end)
            if worst is None or seconds > worst.seconds:
                client = worker.split("/")[0]
                worst = Pause(client=client, database=database, seconds=round(seconds, 3))
    return worst


def _pause(times: Sequence[float], start: float, end: float) -> float:
    """The longest gap of sorted moments that touches a stretch, whose ends close what is open."""
    first = max((moment for moment in times if moment <= start), default=start)
    last = min((moment for moment in times if moment >= end), default=end)
    inside = [moment for moment in times if start < moment < end]
    return max(after - before for before, after in pairwise([first, *inside, last]))


def _limit(spans: Iterable[Sequence[float | None]]) -> float | None:
    """The longest pause that the forecast gives any database; None where nothing bounds it."""
    highs = [high for _, high in spans]
    return None if None in highs else max((h for h in highs if h is not None), default=None)


def _copies(case: Case) -> Iterable[Copy]:
    for event in case.of("rebuilt"):
        seen = event.data
        yield Copy(
            database=seen["database"],
            site=seen["site"],
            seconds=seen["seconds"],
            how=seen["how"],
            full_copy=seen["full_copy_logged"],
            system_before=seen["system_before"],
            system_after=seen["system_after"],
            files=seen["files"],
            files_old=seen["files_old"],
        )


def _missing(case: Case, sites: Sequence[str], copies: Sequence[Copy]) -> Iterable[str]:
    """The copies of these sites that were not seen streaming."""
    seen = {(copy.database, copy.site) for copy in copies}
    for database in case.plan.databases:
        for member in database.members:
            if member.site in sites and (database.name, member.site) not in seen:
                yield f"{database.name} at {member.site}"


def _voices(case: Case) -> Iterable[Voice]:
    for event in case.of("voice-rebuilt"):
        seen: dict[str, Any] = dict(event.data)
        before, after = seen["before"], seen["after"]
        yield Voice(
            site=seen["site"],
            before=tuple(before.get(seen["site"], ())),
            after=tuple(after.get(seen["site"], ())),
            voices_before=sum(map(len, before.values())),
            voices_after=sum(map(len, after.values())),
        )


def _lost(case: Case, since: float) -> tuple[int, int | None]:
    """Transfers acknowledged since a moment, and how many of them the final reads do not have."""
    acked, lost, unread = 0, 0, False
    for database in case.databases:
        acks = [ack for ack in case.acks(database) if ack.at >= since]
        acked += len(acks)
        read: Event | None = case.final_read(database)
        if read is None:
            unread = True
            continue
        present = set(expand(read.data["transfers"]))
        lost += sum(ack.id not in present for ack in acks)
    return acked, None if unread else lost
