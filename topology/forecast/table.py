"""A forecast as text, Markdown and plain data."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from tricenter.topology.columns import GAP, folded, lines_of, widths_of
from tricenter.topology.forecast.model import (
    CityCapacity,
    DatabaseForecast,
    Forecast,
    Interval,
    ScenarioForecast,
)
from tricenter.topology.forecast.words import (
    bound,
    interval,
    join,
    likely,
    longest,
    machine,
    person,
    seconds,
)
from tricenter.topology.scenario_ids import SCENARIO_CLASSES

FORMAT = "tricenter.forecast/v1"
FULL = (
    *("TARGET", "DATABASE", "LEADER", "DECIDES", "RPO", "BOUND", "PERSON", "MACHINE", "LIKELY"),
    *("COMMITS", "LEFT"),
)
NARROW = tuple(name for name in FULL if name not in ("BOUND", "COMMITS", "LEFT"))
WIDE = (*FULL, "LIKELY LOSS", "SERVES", "CAPACITY")
INDENT = "  "
HANG = 16
"""Columns before what a line of a scenario's details goes on with: its words stand there."""
SENTENCE = 100
"""Columns of the table, and those to which sentences are folded, where there is no screen."""
WIDE_FROM = 140
"""Columns of a screen from which the wide table is shown."""
LEGEND = (
    "RPO: acknowledged writes that may be lost. ~: while backups do what the spec says; no commit "
    "waits for them.",
    "RTO, the longest gap of a client: what a PERSON takes at most to notice, decide and type, and "
    "what the MACHINE takes as a rule, with what is LIKELY and its largest part.",
)
MORE = (
    "BOUND: what no failure exceeds, because commits wait. LEFT: further sites that may be lost "
    "without losing a write. alone: no replica has commits.",
)
"""What the further columns mean."""
Rows = list[tuple[str, ...]]


def text(forecast: Forecast, width: int | None = None) -> str:
    """The table for a screen, grouped by the class of scenarios, as many columns as fit; what is
    still too wide is folded."""
    screen = SENTENCE if width is None else width
    tables = [WIDE] if screen >= WIDE_FROM else [FULL, NARROW]
    columns, rows = _fitting(forecast, tables, screen - len(INDENT))
    every = [columns, *(row for found in rows.values() for row in found)]
    widths = widths_of(every, None if width is None else width - len(INDENT))
    lines = [*folded(summary(forecast), screen, INDENT), "", *lines_of(columns, widths, INDENT)]
    for kind in SCENARIO_CLASSES:
        group = _of(forecast, kind)
        if group:
            lines += ["", f"{kind}: {SCENARIO_CLASSES[kind]}"]
        for scenario in group:
            lines += [line for row in rows[scenario.id] for line in lines_of(row, widths, INDENT)]
            lines += [line for note in notes(scenario) for line in _said(note, width)]
    legend = [*LEGEND, *(MORE if columns != NARROW else ())]
    points = [f"- {point}" for point in weak_points(forecast)]
    told = [*legend, *([""] if points else []), *points]
    lines += ["", *(line for one in told for line in folded(one, screen, INDENT))]
    return "\n".join(lines) + "\n"


def _fitting(
    forecast: Forecast, tables: Sequence[tuple[str, ...]], width: int
) -> tuple[tuple[str, ...], dict[str, Rows]]:
    """The first of the tables that fits, else the last: its columns, and its rows by scenario."""
    for columns in tables:
        rows = {s.id: _rows(s, columns) for s in forecast.scenarios}
        widths = widths_of([columns, *(row for found in rows.values() for row in found)])
        if columns is tables[-1] or sum(widths) + GAP * (len(widths) - 1) <= width:
            return columns, rows
    raise AssertionError  # the last one is taken as it is


def _said(note: str, width: int | None) -> list[str]:
    """What stands below a row; on one line where there is no screen to fold it to."""
    line = f"    {note}"
    return [line] if width is None else folded(line, width, "      ")


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
    head = ["scenario", *(name.lower() for name in FULL[1:])]
    head[head.index("rpo")] = "RPO"
    lines = [f"### Forecast of {forecast.topology}", "", summary(forecast), ""]
    lines += ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    for scenario in forecast.scenarios:
        for row in _rows(scenario, FULL):
            name = f"`{scenario.id}`" if row[0] else ""
            lines.append("| " + " | ".join((name, *row[1:])) + " |")
    said = [f"- `{s.id}`: {note}" for s in forecast.scenarios for note in notes(s)]
    said += [f"- {point}" for point in weak_points(forecast)]
    return "\n".join([*lines, "", *LEGEND, *MORE, *([""] if said else []), *said]) + "\n"


def as_data(forecast: Forecast) -> dict[str, Any]:
    """The forecast for programs: durations in seconds, null where nothing bounds them."""
    return {"format": FORMAT, **asdict(forecast)}


def details(forecast: Forecast, scenario: ScenarioForecast, width: int | None = None) -> str:
    """One scenario with the terms that its numbers are made of, folded to so many columns."""
    lines = [f"{scenario.id}: {scenario.title}", scenario.explanation, ""]
    lines.append(f"  lost          {join(scenario.domain) or 'nothing'}")
    lines.append(
        f"  voices left   {scenario.voices_left} of {forecast.voices}, "
        f"a majority is {forecast.majority}"
    )
    lines.append(f"  name servers  {join(scenario.name_servers) or _unnamed(scenario)}")
    cities = (city for city in scenario.capacity_after if city.left_tps or city.needed_tps)
    lines += [f"  capacity      {_carried(city)}" for city in cities]
    for entry in scenario.databases:
        lines += ["", *_database_details(entry)]
    if width is not None:
        lines = [part for line in lines for part in folded(line, width, " " * HANG)]
    return "\n".join(lines) + "\n"


def _database_details(entry: DatabaseForecast) -> list[str]:
    loss = "" if entry.rpo.high == 0 else f" (likely {seconds(entry.rpo_likely)})"
    lines = [
        f"{entry.database}: {_leader(entry)}, {_decides(entry)}",
        f"  rpo      {interval(entry.rpo)}{loss}: {entry.rpo_reason}",
        f"  bound    {_bounded(entry)}",
        f"  person   {person(entry.person)}",
        f"  machine  {machine(entry.machine)}, likely {likely(entry.machine)}",
        f"  rto      {interval(entry.rto)}: every term at its least, and at its most",
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
    lines.append(f"  serves   {join(entry.serves) or _unserved(entry)}")
    lines.append(f"  left     {_left(entry)}")
    return lines


def _bounded(entry: DatabaseForecast) -> str:
    if entry.rpo_bound is None:
        return "none: nothing holds commits back when what bounds the loss fails"
    return f"{seconds(entry.rpo_bound)}: commits wait, whatever fails"


def _unnamed(scenario: ScenarioForecast) -> str:
    """Where no name server is left: with every site gone they come back with the sites."""
    return "none, until sites are built anew" if scenario.kind == "lose-all" else "none"


def _unserved(entry: DatabaseForecast) -> str:
    return "nobody" if entry.decides == "impossible" else "nobody, until it is restored"


def _left(entry: DatabaseForecast) -> str:
    count = entry.losses_left
    if entry.leader_after is None:
        return (
            "nothing to lose"
            if entry.decides == "impossible"
            else ("nothing: what is restored is one copy, until others follow it")
        )
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


def _rows(scenario: ScenarioForecast, columns: Sequence[str]) -> Rows:
    """One row a database with these columns; what is of the scenario stands in the first."""
    rows: Rows = []
    for entry in scenario.databases:
        first = not rows
        carried = "; ".join(_carried(c) for c in scenario.capacity_after if c.needed_tps)
        cells = {
            "TARGET": (scenario.target or "-") if first else "",
            "DATABASE": entry.database,
            "LEADER": _leader(entry),
            "DECIDES": _decides(entry),
            "RPO": _rpo(entry),
            "BOUND": bound(entry.rpo_bound),
            "PERSON": person(entry.person),
            "MACHINE": machine(entry.machine),
            "LIKELY": likely(entry.machine),
            "COMMITS": _commits(entry),
            "LEFT": str(entry.losses_left) if entry.leader_after else "-",
            "LIKELY LOSS": seconds(entry.rpo_likely),
            "SERVES": ", ".join(entry.serves) or "-",
            "CAPACITY": carried if first else "",
        }
        rows.append(tuple(cells[name] for name in columns))
    return rows


def _rpo(entry: DatabaseForecast) -> str:
    """The loss at most, marked where nothing enforces it."""
    shown = longest(entry.rpo)
    return f"~{shown}" if entry.rpo_bound is None and entry.rpo.high is not None else shown


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
