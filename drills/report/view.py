"""What the page shows: positions in percent and words, so that the template holds no arithmetic."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate

from tricenter.drills.report import words
from tricenter.policies.records.drill import Mark, Phase, Record, Row, UnitPart
from tricenter.policies.records.verdict import SEVERITY, Verdict

MARKS = {
    "power-lost": "Power lost",
    "new-leader": "New leader",
    "first-write": "First write",
    "power-back": "Power back",
    "rejoined": "Rejoined",
    "destroyed": "Destroyed",
    "rebuild": "Rebuild begins",
    "rebuilt": "Built anew",
}
OF_REBUILD = frozenset({"built_anew", "wrote_while_built"})
"""The checks of what was built anew."""
COLOURS = 6
"""Colours that the style sheet has for sites."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A stretch of a row: its place in percent, its colour, and what a pointer is told."""

    left: float
    width: float
    colour: str
    text: str
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A numbered vertical line over a timeline; `shift` keeps numbers apart, in rows."""

    left: float
    kind: str
    number: int
    shift: int
    name: str
    text: str
    when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientRow:
    """What one client saw: stretches of writing and pauses, and where the name led."""

    client: str
    writing: tuple[Bar, ...]
    named: tuple[Bar, ...]
    gap: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One site's share of one second: a rectangle in seconds by transfers."""

    x: float
    y: float
    height: float
    colour: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """One database: rows of clients, lines, and a chart of throughput."""

    unit: UnitPart
    verdict: str
    lines: tuple[Line, ...]
    rows: tuple[ClientRow, ...]
    columns: tuple[Column, ...]
    seconds: int
    peak: int
    rpo: str
    rpo_forecast: str
    rto: str
    rto_forecast: str
    latency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Everything the template needs beside the record."""

    answer: str
    sentence: str
    waiting: str
    rebuilt: str
    rebuilt_verdict: str
    verdict: str
    timelines: tuple[Timeline, ...]
    sites: tuple[tuple[str, str], ...]
    ticks: tuple[tuple[float, str], ...]
    started: str
    words: object = words


def view_of(record: Record) -> View:
    """The view of a record."""
    sites = sorted({site for unit in record.units for site in unit.throughput})
    colours = {site: f"site-{index % COLOURS}" for index, site in enumerate(sites)}
    word, sentence = words.answer(record)
    return View(
        answer=word,
        sentence=sentence,
        waiting=words.waiting(record),
        rebuilt=words.rebuilt(record),
        rebuilt_verdict=_rebuilt_verdict(record),
        verdict=words.VERDICTS[record.verdict],
        timelines=tuple(_timeline(record, unit, colours) for unit in record.units),
        sites=tuple(colours.items()),
        ticks=tuple(_ticks(record)),
        started=record.started[:16].replace("T", " ") + " UTC",
    )


def _rebuilt_verdict(record: Record) -> str:
    """The worse of what the checks say of the rebuild."""
    found = [check.verdict for check in record.checks if check.id in OF_REBUILD]
    return max(found, key=SEVERITY.__getitem__, default=Verdict.UNKNOWN)


def _ticks(record: Record) -> Iterable[tuple[float, str]]:
    """Times on the axis, counted from the loss of power."""
    zero = _zero(record)
    step = next((s for s in (10, 20, 30, 60, 120, 300) if record.length / s <= 7), 600)
    first = -int(zero // step) * step
    moment = first
    while zero + moment <= record.length:
        yield _percent(zero + moment, record.length), f"{moment:+d}" if moment else "0 s"
        moment += step


def _zero(record: Record) -> float:
    marks = [m.at for unit in record.units for m in unit.marks if m.kind == "power-lost"]
    return min(marks, default=0.0)


def _timeline(record: Record, unit: UnitPart, colours: dict[str, str]) -> Timeline:
    length = record.length
    seconds = max((len(series) for series in unit.throughput.values()), default=1)
    totals = [sum(values) for values in zip(*unit.throughput.values(), strict=True)]
    measured, expected = unit.measured, unit.forecast
    return Timeline(
        unit=unit,
        verdict=_inside(unit),
        lines=tuple(_lines(unit.marks, length, _zero(record))),
        rows=tuple(_row(unit, row, length, colours) for row in unit.rows),
        columns=tuple(_columns(unit, colours)),
        seconds=seconds,
        peak=max([*totals, 1]),
        rpo=words.loss(unit),
        rpo_forecast=words.span(expected.rpo),
        rto=words.gap(measured.rto),
        rto_forecast=words.span(expected.rto),
        latency=f"{words.milliseconds(measured.latency_before)} before, "
        f"{words.milliseconds(measured.latency_after)} after",
    )


def _inside(unit: UnitPart) -> str:
    """Whether both numbers are inside the forecast, as a verdict's word."""
    measured, expected = unit.measured, unit.forecast
    if measured.lost_seconds is None:
        return Verdict.UNKNOWN
    pairs = ((measured.rto, expected.rto), (measured.lost_seconds, expected.rpo))
    fine = all(
        value is not None and span.low <= value and (span.high is None or value <= span.high)
        for value, span in pairs
    )
    return Verdict.PASS if fine else Verdict.FAIL


def _lines(marks: Iterable[Mark], length: float, zero: float) -> Iterable[Line]:
    shown = list(marks)
    shifts = [0]
    for before, after in zip(shown, shown[1:], strict=False):
        near = (after.at - before.at) / length < 0.045
        shifts.append((shifts[-1] + 1) % 3 if near else 0)
    for number, (mark, shift) in enumerate(zip(shown, shifts, strict=False), start=1):
        yield Line(
            left=_percent(mark.at, length),
            kind=mark.kind,
            number=number,
            shift=shift,
            name=MARKS[mark.kind],
            text=mark.text,
            when=f"{mark.at - zero:+.2f} s" if mark.kind != "power-lost" else "0 s",
        )


def _row(unit: UnitPart, row: Row, length: float, colours: dict[str, str]) -> ClientRow:
    found = next((gap for gap in unit.measured.gaps if gap.client == row.client), None)
    pauses = [_pause(found.start, found.end or length, length)] if found and unit.struck else []
    return ClientRow(
        client=row.client,
        writing=(*pauses, *(_bar(phase, length, colours, "writes to") for phase in row.writing)),
        named=tuple(_bar(phase, length, colours, "is led to") for phase in row.named),
        gap=words.gap(found.seconds) if found else "not measured",
    )


def _pause(start: float, end: float, length: float) -> Bar:
    waited = f"{end - start:.1f} s"
    return Bar(
        left=_percent(start, length),
        width=_percent(end - start, length),
        colour="pause",
        text=f"waited {waited}",
        label=waited,
    )


def _bar(phase: Phase, length: float, colours: dict[str, str], verb: str) -> Bar:
    site = phase.site or "nothing"
    return Bar(
        left=_percent(phase.start, length),
        width=max(_percent(phase.end - phase.start, length), 0.15),
        colour=colours.get(site, "nobody"),
        text=f"{verb} {site}, {phase.end - phase.start:.1f} s",
    )


def _columns(unit: UnitPart, colours: dict[str, str]) -> Iterable[Column]:
    for second, values in enumerate(zip(*unit.throughput.values(), strict=True)):
        tops = list(accumulate(values))
        for site, value, top in zip(unit.throughput, values, tops, strict=True):
            if value:
                yield Column(x=second, y=-top, height=value, colour=colours[site])


def _percent(value: float, length: float) -> float:
    return round(100 * value / length, 3) if length else 0.0
