"""What the forecast says of losses: acknowledged writes lost, the gap of clients, who decides."""

from collections.abc import Iterator, Sequence

from tricenter.policies.grades.model import Evidence
from tricenter.policies.grades.view import View
from tricenter.topology.errors import Path
from tricenter.topology.forecast.model import DatabaseForecast, Interval, ScenarioForecast
from tricenter.topology.forecast.words import interval, recovery, seconds
from tricenter.topology.units import parse_duration

Entry = tuple[ScenarioForecast, DatabaseForecast]


def rpo_within(view: View, losses: Sequence[str], most: str) -> Iterator[Evidence]:
    """No loss of these classes takes acknowledged writes of a longer time."""
    yield from _within(view, losses, most, "rpo")


def rto_within(view: View, losses: Sequence[str], most: str) -> Iterator[Evidence]:
    """After no loss of these classes clients wait longer."""
    yield from _within(view, losses, most, "rto")


def automatic(view: View, losses: Sequence[str]) -> Iterator[Evidence]:
    """No loss of these classes waits for a person."""
    entries = list(_entries(view, losses))
    waiting = [(s, e) for s, e in entries if e.decides != "automatic"]
    if not waiting:
        text = f"{_counted(entries)}: none waits for a person"
        yield Evidence(mark="met", text=text, path=_failover(view, losses[0]))
    for scenario in {s.id: s for s, _ in waiting}.values():
        names = ", ".join(e.database for s, e in waiting if s.id == scenario.id)
        text = f"forecast of {scenario.id}: a person decides for {names}"
        yield Evidence(mark="missed", text=text, path=_failover(view, scenario.id))


def _within(view: View, losses: Sequence[str], most: str, name: str) -> Iterator[Evidence]:
    limit = parse_duration(most)
    entries = list(_entries(view, losses))
    worst = max(entries, key=lambda entry: _high(_span(entry[1], name)))
    wrong = [entry for entry in entries if not _span(entry[1], name).within(limit)]
    if not wrong:
        text = f"{_counted(entries)}: {name.upper()} {_described(worst, name)} at worst"
        said = _stated(entries) if name == "rto" else ""
        mark = "not contradicted" if said else "met"
        yield Evidence(mark=mark, text=text + said, path=_objective(view, worst, name))
    seen: set[str] = set()
    for scenario, entry in sorted(wrong, key=lambda w: -_high(_span(w[1], name))):
        if scenario.id not in seen:
            seen.add(scenario.id)
            span = _shown(entry, name)
            text = (
                f"forecast of {scenario.id}: {name.upper()} {span} ({entry.database}), "
                f"{most} is asked for"
            )
            path = _objective(view, (scenario, entry), name)
            yield Evidence(mark="missed", text=text, path=path)


def _stated(entries: Sequence[Entry]) -> str:
    """The losses whose time is mostly what the spec itself states for a person's decision.

    That a person decides in it is shown by a drill, not by the number.
    """
    found: dict[str, float] = {}
    for scenario, entry in entries:
        largest = max(entry.terms, key=lambda term: _longest(term.high), default=None)
        if largest is not None and largest.name == "decide" and largest.high:
            found[scenario.id] = max(found.get(scenario.id, 0.0), largest.high)
    told = ", ".join(f"{seconds(high)} of {name}" for name, high in sorted(found.items()))
    return f"; {told} is what the spec itself states for a person to decide" if told else ""


def _entries(view: View, losses: Sequence[str]) -> Iterator[Entry]:
    for scenario in view.facts.forecast.scenarios:
        if scenario.kind in losses:
            for entry in scenario.databases:
                yield scenario, entry


def _counted(entries: Sequence[Entry]) -> str:
    scenarios = {scenario.id for scenario, _ in entries}
    names = next(iter(scenarios)) if len(scenarios) == 1 else f"{len(scenarios)} losses"
    return f"forecast of {names}"


def _described(entry: Entry, name: str) -> str:
    return f"{_shown(entry[1], name)} ({entry[1].database}, {entry[0].id})"


def _shown(entry: DatabaseForecast, name: str) -> str:
    """The loss or the gap in words; of a gap what people and what programs take."""
    return interval(entry.rpo) if name == "rpo" else recovery(entry.person, entry.machine)


def _span(entry: DatabaseForecast, name: str) -> Interval:
    return entry.rpo if name == "rpo" else entry.rto


def _high(span: Interval) -> float:
    return _longest(span.high)


def _longest(high: float | None) -> float:
    return float("inf") if high is None else high


def _objective(view: View, entry: Entry, name: str) -> Path:
    """The objective of the scenario or its class; else the commit mode of the database."""
    scenario, database = entry
    for key in (scenario.id, scenario.kind):
        if key in view.facts.topology.objectives:
            return ("objectives", key, name)
    return ("databases", database.database, "commit")


def _failover(view: View, scenario: str) -> Path:
    kind = scenario.partition(":")[0]
    known = view.facts.topology.failover
    return ("failover", scenario if scenario in known else kind)
