"""Evidence: a case with its findings becomes a record; pure, the drill adds what only it knows."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import groupby
from statistics import median

from tricenter.drills.case import Ack, Case
from tricenter.drills.checkers import find_checkers
from tricenter.drills.history import Event
from tricenter.drills.measure import PAUSE, Gap, gaps, longest, loss, takeover, throughput
from tricenter.drills.rebuild_evidence import rebuild_marks
from tricenter.drills.verdict import Finding
from tricenter.policies.records.drill import (
    CapacityPart,
    CheckPart,
    ClientGap,
    Expectation,
    Mark,
    Measurement,
    Phase,
    Row,
    Span,
    TermPart,
    UnitPart,
)
from tricenter.topology.forecast import DatabaseForecast, Interval


def units(case: Case) -> tuple[UnitPart, ...]:
    """Every database: struck ones first, then by name."""
    order = sorted(case.databases, key=lambda name: (name not in case.struck, name))
    return tuple(_unit(case, name) for name in order)


def checks(findings: Iterable[Finding]) -> tuple[CheckPart, ...]:
    """The findings with their checkers' titles."""
    titles = {name: checker.TITLE for name, checker in find_checkers().items()}
    return tuple(
        CheckPart(
            id=finding.check,
            title=titles.get(finding.check, "The history can be judged"),
            verdict=finding.verdict,
            text=finding.text,
            evidence=dict(finding.evidence),
        )
        for finding in findings
    )


def capacity(case: Case) -> tuple[CapacityPart, ...]:
    """What each city can carry after the loss, and must."""
    return tuple(
        CapacityPart(
            city=entry.city,
            needed_tps=entry.needed_tps,
            left_tps=entry.left_tps,
            needed_connections=entry.needed_connections,
            left_connections=entry.left_connections,
            overloaded=entry.overloaded,
        )
        for entry in case.scenario.capacity_after
    )


def history_digest(events: Iterable[Event]) -> str:
    """The SHA-256 of a history's events in order, as hexadecimal digits."""
    digest = hashlib.sha256()
    for event in events:
        digest.update(event.line().encode())
    return digest.hexdigest()


def clock(wall: float) -> str:
    """A wall-clock time in UTC for people and programs."""
    return datetime.fromtimestamp(wall, UTC).isoformat(timespec="milliseconds")


def _unit(case: Case, database: str) -> UnitPart:
    expected = case.expected(database)
    start = case.events[0].at
    acks = case.acks(database)
    end = case.events[-1].at
    sites = [member.site for d in case.plan.databases if d.name == database for member in d.members]
    return UnitPart(
        database=database,
        struck=database in case.struck,
        leader_before=expected.leader_before,
        leader_after=acks[-1].site if acks else None,
        forecast=expectation(expected),
        measured=_measurement(case, database),
        marks=tuple(_marks(case, database)),
        rows=tuple(_row(case, database, client.name) for client in case.clients),
        throughput={
            site: tuple(throughput((a.at for a in acks if a.site == site), start, end, 1.0))
            for site in sites
        },
    )


def expectation(expected: DatabaseForecast) -> Expectation:
    """The forecast of a database as a record keeps it."""
    return Expectation(
        leader_after=expected.leader_after,
        decides=expected.decides,
        rpo=_span(expected.rpo),
        rpo_reason=expected.rpo_reason,
        rto=_span(expected.rto),
        terms=tuple(
            TermPart(name=t.name, low=t.low, high=t.high, source=t.source) for t in expected.terms
        ),
    )


def _span(interval: Interval) -> Span:
    return Span(low=interval.low, high=interval.high)


def _measurement(case: Case, database: str) -> Measurement:
    found, lost = gaps(case, database), loss(case, database)
    worst = longest(found)
    acks = case.acks(database)
    begun = len(case.of("write-start", database=database))
    refused = len(case.of("write-fail", database=database))
    before, after = _latencies(case, database)
    return Measurement(
        acknowledged=len(acks),
        unknown=max(0, begun - refused - len(acks)),
        lost=lost.transactions if lost else None,
        lost_seconds=lost.seconds if lost else None,
        rto=worst.seconds if worst else None,
        gaps=tuple(_client_gap(case, gap) for gap in found),
        latency_before=before,
        latency_after=after,
    )


def _latencies(case: Case, database: str) -> tuple[float | None, float | None]:
    """Median times of a transfer before the fault and between recovery and healing."""
    fault = case.fault_at or float("inf")
    heal = case.heal_at or float("inf")
    worst = longest(gaps(case, database))
    back = worst.after if worst and worst.after else fault
    before = [ack.at - ack.began for ack in case.acks(database) if ack.at < fault]
    after = [ack.at - ack.began for ack in case.acks(database) if back < ack.began < heal]
    return _middle(before), _middle(after)


def _middle(values: Sequence[float]) -> float | None:
    return round(median(values), 4) if values else None


def _client_gap(case: Case, gap: Gap) -> ClientGap:
    start = case.events[0].at
    return ClientGap(
        client=gap.client,
        seconds=gap.seconds,
        start=round(gap.before - start, 3),
        end=None if gap.after is None else round(gap.after - start, 3),
    )


def _marks(case: Case, database: str) -> list[Mark]:
    start = case.events[0].at
    fault, heal = case.first("fault-start"), case.first("heal-start")
    found: list[Mark] = []

    def mark(at: float, kind: str, text: str) -> None:
        found.append(Mark.model_validate({"at": round(at - start, 3), "kind": kind, "text": text}))

    if fault is not None:
        mark(fault.at, "power-lost", f"{' and '.join(case.lost)} cut off, then without power")
    first = takeover(case, database)
    if first is not None:
        mark(_led_since(case, database, first), "new-leader", f"{first.site} leads")
        mark(first.at, "first-write", f"first write acknowledged by {first.site}")
    if heal is not None:
        mark(heal.at, "power-back", f"{' and '.join(case.lost)} has power and network again")
    for event in case.of("rejoined", database=database):
        mark(event.at, "rejoined", f"{event.data['site']} streams again ({event.data['how']})")
    found += rebuild_marks(case, database)
    return sorted(found, key=lambda entry: entry.at)


def _led_since(case: Case, database: str, first: Ack) -> float:
    """When the site of a first write was seen leading; roles are only asked now and then."""
    seen = (
        event.at
        for event in case.of("leader", database=database, site=first.site)
        if event.at > (case.fault_at or 0.0)
    )
    return min(*seen, first.at, first.at)


def _row(case: Case, database: str, client: str) -> Row:
    writer = next(d.writer for d in case.plan.databases if d.name == database)
    acks = [ack for ack in case.acks(database) if ack.client == client]
    answers = [e for e in case.of("answer", name=writer) if e.source == client]
    return Row(
        client=client,
        writing=tuple(_writing(acks, case.events[0].at)),
        named=tuple(_named(case, database, answers)),
    )


def _writing(acks: Sequence[Ack], start: float) -> Iterable[Phase]:
    """Stretches without a pause, in which one site acknowledged."""
    stretch: list[Ack] = []
    for ack in acks:
        if stretch and (ack.at - stretch[-1].at > PAUSE or ack.site != stretch[0].site):
            yield _phase(stretch[0].at, stretch[-1].at, start, stretch[0].site)
            stretch = []
        stretch.append(ack)
    if stretch:
        yield _phase(stretch[0].at, stretch[-1].at, start, stretch[0].site)


def _named(case: Case, database: str, answers: Sequence[Event]) -> Iterable[Phase]:
    """Stretches in which the writer's name led to one site, or to nothing."""
    start = case.events[0].at

    def site(event: Event) -> str | None:
        sites = sorted({case.site_of(database, a) for a in event.data["addresses"]})
        return ", ".join(sites) or None

    stretches = [(name, list(events)) for name, events in groupby(answers, key=site)]
    ends = [events[0].at for _, events in stretches[1:]]
    ends += [events[-1].at for _, events in stretches[-1:]]
    for (name, events), end in zip(stretches, ends, strict=True):
        yield _phase(events[0].at, end, start, name)


def _phase(low: float, high: float, start: float, site: str | None) -> Phase:
    return Phase(start=round(low - start, 3), end=round(high - start, 3), site=site)
