"""The forecast: what every scenario does to a topology, computed from the spec alone."""

from collections.abc import Mapping
from types import MappingProxyType

from tricenter.topology.domains import shared_fates, weak_points
from tricenter.topology.forecast.capacity import capacity_after
from tricenter.topology.forecast.database import UNTOUCHED, database_after
from tricenter.topology.forecast.explanation import explain
from tricenter.topology.forecast.facts import NOTHING, Facts, facts_of
from tricenter.topology.forecast.measured import Measured
from tricenter.topology.forecast.model import (
    CityCapacity,
    DatabaseForecast,
    Forecast,
    Interval,
    ScenarioForecast,
    Term,
)
from tricenter.topology.forecast.situation import Situation, calm, situation_of
from tricenter.topology.forecast.timings import Timings, timings_of
from tricenter.topology.scenarios import Scenario, scenarios
from tricenter.topology.spec import Topology

__all__ = [
    "CityCapacity",
    "DatabaseForecast",
    "Forecast",
    "Interval",
    "Measured",
    "ScenarioForecast",
    "Term",
    "Timings",
    "forecast",
]

NO_ROLES: Mapping[str, str] = MappingProxyType({})


def forecast(
    topology: Topology,
    timings: Timings | None = None,
    roles: Mapping[str, str] = NO_ROLES,
    target: str = "lab",
    restores: Mapping[str, Measured] = NOTHING,
) -> Forecast:
    """Every scenario of a checked topology.

    `timings` are the spec's on the lab unless given; `roles` names the observed leader's site by
    database, the preference counting for the others. Where managed services of a `target` run the
    databases, the times are those that their makers state. `restores` has the newest restore test
    of each database that has one; without, a restore's rate is assumed, and said to be. Pure: the
    same input, the same result.
    """
    fates = shared_fates(topology)
    facts = facts_of(topology, timings or timings_of(topology), fates, roles, target, restores)
    return Forecast(
        topology=topology.name,
        voices=len(facts.voices),
        majority=facts.majority,
        scenarios=tuple(_scenario(facts, s) for s in scenarios(topology, fates)),
        weak_points=weak_points(topology),
    )


def _databases(facts: Facts, now: Situation) -> tuple[DatabaseForecast, ...]:
    """Every database after a scenario; what no client notices leaves all but one as they are.

    So a thousand databases, of each of which a table may be dropped, are not a million forecasts.
    """
    if now.scenario.kind not in UNTOUCHED:
        return tuple(database_after(facts, now, db) for db in facts.databases)
    if not facts.untouched:
        facts.untouched.extend(database_after(facts, calm(now), db) for db in facts.databases)
    return tuple(
        database_after(facts, now, db) if db.name == now.scenario.table else entry
        for db, entry in zip(facts.databases, facts.untouched, strict=True)
    )


def _scenario(facts: Facts, scenario: Scenario) -> ScenarioForecast:
    situation = situation_of(facts, scenario)
    databases = _databases(facts, situation)
    capacity = capacity_after(facts, scenario, databases)
    return ScenarioForecast(
        id=scenario.id,
        kind=scenario.kind,
        target=scenario.target,
        title=scenario.title,
        domain=scenario.hosts,
        voices_left=situation.voices_left,
        databases=databases,
        capacity_after=capacity,
        name_servers=situation.name_servers,
        losses_left=min(entry.losses_left for entry in databases),
        explanation=explain(facts, situation, databases, capacity),
    )
