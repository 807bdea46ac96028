"""A forecast as text, Markdown and plain data."""

from collections.abc import Sequence
from dataclasses import asdict
from textwrap import fill
from typing import Any

from tricenter.topology.forecast.model import (
    CityCapacity,
    DatabaseForecast,
    Forecast,
    Interval,
    ScenarioForecast,
)
from tricenter.topology.forecast.words import interval, join, seconds
from tricenter.topology.scenario_ids import SCENARIO_CLASSES

FORMAT = "tricenter.forecast/v1"
NARROW = ("TARGET", "DATABASE", "LEADER", "DECIDES", "RPO", "RTO", "COMMITS", "LEFT")
WIDE = (*NARROW, "LIKELY LOSS", "SERVES", "CAPACITY")
WIDE_FROM = 140
"""Columns of a screen from which the wide table is shown."""
LEGEND = (
    "RPO: acknowledged writes that may be lost. RTO: longest gap that a client may see.",
    "LEFT: further sites that may be lost without losing a write. alone: no replica has commits.",
)
Rows = list[tuple[str, ...]]


def text(forecast: Forecast, width: int = 100) -> str:
    """The table for a screen, grouped by the class of scenarios."""
    wide = width >= WIDE_FROM
    columns = WIDE if wide else NARROW
    groups = [(kind, _of(forecast, kind)) for kind in SCENARIO_CLASSES]
    rows = {s.id: _rows(s, wide) for _, group in groups for s in group}
    every = [columns, *(row for found in rows.values() for row in found)]
    widths = [max(len(row[i]) for row in every) for i in range(len(columns))]
    lines = [summary(forecast), "", "  " + _aligned(columns, widths)]
    for kind, group in groups:
        if group:
            lines += ["", f"{kind}: {SCENARIO_CLASSES[kind]}"]
        for scenario in group:
            lines += ["  " + _aligned(row, widths) for row in rows[scenario.id]]
            lines += [f"    {note}" for note in notes(scenario)]
    said = [fill(f"- {p}", width, subsequent_indent="  ") for p in weak_points(forecast)]
    return "\n".join([*lines, "", *LEGEND, *([""] if said else []), *said]) + "\n"


def weak_points(forecast: Forecast) -> list[str]:
    """What no row can say: of the places, and of the moment after a change of leader."""
    entries = [entry for scenario in forecast.scenarios for entry in scenario.databases]
    alone = max((entry.alone_for for entry in entries), default=0.0)
    if not alone:
        return list(forecast.weak_points)
    names = sorted({entry.database for entry in entries if entry.alone_for})
    return [
        *forecast.weak_points,
        f"{join(names)}: for up to {seconds(alone)} after a new leader begins, its commits wait "
        "for no other site; if it is lost in that time, what it acknowledged in it is lost. "
        "`commit: {strict: true}` lets clients wait instead, also while no other site is there",
    ]


def summary(forecast: Forecast) -> str:
    """The first line of a table."""
    count = len(forecast.scenarios)
    return (
        f"{forecast.topology}: {count} scenarios, {forecast.voices} voices, "
        f"a majority is {forecast.majority}"
    )


def markdown(forecast: Forecast) -> str:
    """The table for a pull request, every scenario by its id."""
    head = ["scenario", "database", "leader", "decides", "RPO", "RTO", "commits", "left"]
    lines = [f"### Forecast of {forecast.topology}", "", summary(forecast), ""]
    lines += ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    for scenario in forecast.scenarios:
        for row in _rows(scenario, wide=False):
            name = f"`{scenario.id}`" if row[0] else ""
            lines.append("| " + " | ".join((name, *row[1:])) + " |")
    said = [f"- `{s.id}`: {note}" for s in forecast.scenarios for note in notes(s)]
    said += [f"- {point}" for point in weak_points(forecast)]
    return "\n".join([*lines, "", *LEGEND, *([""] if said else []), *said]) + "\n"


def as_data(forecast: Forecast) -> dict[str, Any]:
    """The forecast for programs: durations in seconds, null where nothing bounds them."""
    return {"format": FORMAT, **asdict(forecast)}


def details(forecast: Forecast, scenario: ScenarioForecast) -> str:
    """One scenario with the terms that its numbers are made of."""
    lines = [f"{scenario.id}: {scenario.title}", scenario.explanation, ""]
    lines.append(f"  lost          {join(scenario.domain) or 'nothing'}")
    lines.append(
        f"  voices left   {scenario.voices_left} of {forecast.voices}, "
        f"a majority is {forecast.majority}"
    )
    lines.append(f"  name servers  {join(scenario.name_servers) or 'none'}")
    lines += [f"  capacity      {_carried(city)}" for city in scenario.capacity_after]
    for entry in scenario.databases:
        lines += ["", *_database_details(entry)]
    return "\n".join(lines) + "\n"


def _database_details(entry: DatabaseForecast) -> list[str]:
    likely = "" if entry.rpo.high == 0 else f" (likely {seconds(entry.rpo_likely)})"
    lines = [
        f"{entry.database}: {_leader(entry)}, {_decides(entry)}",
        f"  rpo      {interval(entry.rpo)}{likely}: {entry.rpo_reason}",
        f"  rto      {interval(entry.rto)}",
    ]
    for term in entry.terms:
        span = "no limit" if term.high is None else interval(Interval(low=term.low, high=term.high))
        lines.append(f"    {term.name:8} {span:14} {term.source}")
    if entry.alone_for:
        lines.append(
            f"  alone    up to {seconds(entry.alone_for)}: a new leader's commits wait for nobody "
            "until it knows who follows; a second loss in that time loses them"
        )
    alone = ": no replica acknowledges until one is back"
    lines.append(
        f"  commits  {_commits(entry)}{alone if entry.commit_mode_after == 'alone' else ''}"
    )
    lines.append(f"  serves   {join(entry.serves) or 'nobody'}")
    lines.append(f"  left     {_left(entry.losses_left)}")
    return lines


def _left(count: int) -> str:
    if count == 0:
        return "the next site lost may lose a write"
    return f"{count} more site{'s' if count > 1 else ''} may be lost without losing a write"


def notes(scenario: ScenarioForecast) -> list[str]:
    """What a row cannot say: a shared fate, too little capacity, names that die."""
    said = [scenario.title] if ", and " in scenario.title else []
    said += [f"too little capacity: {_carried(c)}" for c in scenario.capacity_after if not c.enough]
    if not scenario.name_servers and scenario.kind != "lose-all":
        said.append("no name server is left")
    return said


def _of(forecast: Forecast, kind: str) -> list[ScenarioForecast]:
    return [scenario for scenario in forecast.scenarios if scenario.kind == kind]


def _rows(scenario: ScenarioForecast, wide: bool) -> Rows:  # noqa: FBT001
    rows: Rows = []
    for entry in scenario.databases:
        first = not rows
        row = (
            (scenario.target or "-") if first else "",
            entry.database,
            _leader(entry),
            _decides(entry),
            interval(entry.rpo),
            interval(entry.rto),
            _commits(entry),
            str(entry.losses_left),
        )
        if wide:
            carried = "; ".join(_carried(c) for c in scenario.capacity_after if c.needed_tps)
            row += (
                seconds(entry.rpo_likely),
                ", ".join(entry.serves) or "-",
                carried if first else "",
            )
        rows.append(row)
    return rows


def _leader(entry: DatabaseForecast) -> str:
    after = entry.leader_after or "restored"
    return after if entry.leader_before == entry.leader_after else f"> {after}"


def _decides(entry: DatabaseForecast) -> str:
    return "goes on" if entry.decides == "automatic" and not entry.promotes else entry.decides


def _commits(entry: DatabaseForecast) -> str:
    if entry.commit_latency_after is None:
        return entry.commit_mode_after if entry.leader_after else "-"
    waits = f" {seconds(entry.commit_latency_after)}" if entry.commit_latency_after else ""
    return entry.commit_mode_after + waits


def _carried(city: CityCapacity) -> str:
    return (
        f"{city.city} {city.needed_tps} of {city.left_tps} tps, "
        f"{city.needed_connections} of {city.left_connections} connections"
        + (f" ({join(city.overloaded)} cannot carry it)" if city.overloaded else "")
    )


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()
