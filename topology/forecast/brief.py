"""A forecast of many databases or sites in a page: what is alike is told once, and counted."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from tricenter.topology.forecast.model import DatabaseForecast, Forecast, ScenarioForecast

FEW = 20
"""Scenarios of one class, and databases of one scenario, that are all told."""


def brief(forecast: Forecast) -> tuple[Forecast, tuple[str, ...]]:
    """The forecast with the first scenarios of each class, and databases that fare alike as one
    entry; and what was left out, a sentence for each class."""
    seen: Counter[str] = Counter()
    kept: list[ScenarioForecast] = []
    for scenario in forecast.scenarios:
        seen[scenario.kind] += 1
        if seen[scenario.kind] <= FEW:
            kept.append(_brief(scenario))
    left = tuple(
        f"{count - FEW} more scenarios of class {kind} are not shown: --all, or --scenario"
        for kind, count in seen.items()
        if count > FEW
    )
    return replace(forecast, scenarios=tuple(kept)), left


def _brief(scenario: ScenarioForecast) -> ScenarioForecast:
    if len(scenario.databases) <= FEW:
        return scenario
    alike: dict[DatabaseForecast, list[str]] = {}
    for entry in scenario.databases:
        alike.setdefault(replace(entry, database=""), []).append(entry.database)
    entries = tuple(replace(entry, database=_named(names)) for entry, names in alike.items())
    return replace(scenario, databases=entries)


def _named(names: Iterable[str]) -> str:
    first, *others = names
    return f"{first} and {len(others)} more" if others else first
