"""Measurements from a history: what clients lost and how long they waited; pure functions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tricenter.drills.case import Ack, Case, expand

LASTING = 2.0
"""A success lasts when others follow it for so many seconds without a pause."""
PAUSE = 1.0
"""Seconds without success that end a lasting success; workers write several times a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """Acknowledged transfers that the final read does not have; `seconds` back from the fault."""

    transactions: int
    seconds: float
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """The longest time that a client of one database waited, in seconds; None: it waits still."""

    client: str
    database: str
    worker: str
    seconds: float | None
    before: float
    after: float | None


def loss(case: Case, database: str) -> Loss | None:
    """What was lost of a database; None when nobody could read it in the end."""
    read, fault = case.final_read(database), case.fault_at
    if read is None or fault is None:
        return None
    present = set(expand(read.data["transfers"]))
    lost = [ack for ack in case.acks(database) if ack.id not in present]
    if not lost:
        return Loss(transactions=0, seconds=0.0, examples=())
    # A write acknowledged after the fault and lost later is a loss of at least an instant.
    span = max(fault - min(ack.at for ack in lost), 0.001)
    examples = tuple(f"{ack.id.worker} #{ack.id.seq}" for ack in lost[:5])
    return Loss(transactions=len(lost), seconds=round(span, 3), examples=examples)


def gaps(case: Case, database: str) -> tuple[Gap, ...]:
    """The longest gap of each client of a database, by client; empty without fault or writes.

    A client is as slow as its slowest worker. The gap is the longest of: the last success before
    the fault to the first lasting one after it; any pause between then and the healing.
    """
    fault = case.fault_at
    if fault is None:
        return ()
    end = case.heal_at or max((event.at for event in case.events), default=fault)
    times: dict[str, list[float]] = {worker: [] for worker in case.writers(database)}
    for ack in case.acks(database):
        times.setdefault(ack.id.worker, []).append(ack.at)
    worst: dict[str, Gap] = {}
    for worker, moments in sorted(times.items()):
        found = _worker_gap(moments, fault, end)
        if found is None:
            continue
        before, after = found
        gap = Gap(
            client=worker.split("/")[0],
            database=database,
            worker=worker,
            seconds=None if after is None else round(after - before, 3),
            before=before,
            after=after,
        )
        if gap.client not in worst or length(gap) > length(worst[gap.client]):
            worst[gap.client] = gap
    return tuple(worst[client] for client in sorted(worst))


def length(gap: Gap) -> float:
    """Seconds of a gap; endless when it never ended."""
    return float("inf") if gap.seconds is None else gap.seconds


def longest(found: Iterable[Gap]) -> Gap | None:
    """The longest of gaps."""
    return max(found, key=length, default=None)


def _worker_gap(
    moments: Sequence[float], fault: float, end: float
) -> tuple[float, float | None] | None:
    """When one worker's longest gap began and ended; None if it never wrote before the fault."""
    before = max((moment for moment in moments if moment <= fault), default=None)
    if before is None:
        return None
    later = [moment for moment in moments if moment > fault]
    back = first_lasting(later)
    if back is None:
        return before, None
    window = [moment for moment in later if back <= moment <= end]
    pauses = [*pairwise([*window, end] if window and end > window[-1] else window)]
    return max([(before, back), *pauses], key=lambda span: span[1] - span[0])


def first_lasting(moments: Sequence[float]) -> float | None:
    """The first success that others follow for LASTING seconds without a PAUSE between them."""
    start: float | None = None
    previous: float | None = None
    for moment in moments:
        if start is None or previous is None or moment - previous > PAUSE:
            start = moment
        previous = moment
        if moment - start >= LASTING:
            return start
    return None


def takeover(case: Case, database: str) -> Ack | None:
    """The first write that another site than the leader before acknowledged after the fault."""
    fault, old = case.fault_at, case.expected(database).leader_before
    if fault is None:
        return None
    return next((a for a in case.acks(database) if a.at > fault and a.site != old), None)


def throughput(moments: Iterable[float], start: float, end: float, step: float) -> list[int]:
    """How many moments fall into each step of time from `start` on, in seconds."""
    counts = [0] * max(1, int((end - start) / step) + 1)
    for moment in moments:
        if start <= moment <= end:
            counts[int((moment - start) / step)] += 1
    return counts
