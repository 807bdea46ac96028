"""Promises of the spec that its own forecast cannot keep, each with its reason in one sentence."""

from collections.abc import Iterable, Iterator
from itertools import count

from tricenter.topology.errors import Path
from tricenter.topology.forecast.model import DatabaseForecast, Forecast, ScenarioForecast
from tricenter.topology.forecast.words import beyond, join, seconds
from tricenter.topology.problem import Problem
from tricenter.topology.scenario_ids import SCENARIO_CLASSES
from tricenter.topology.spec import Objective, Topology
from tricenter.topology.units import format_duration


def find_broken_promises(topology: Topology, forecast: Forecast) -> tuple[Problem, ...]:
    """Everything that the spec promises and the forecast denies, in the order of the spec.

    An objective is refused if it is below the upper end of what is forecast: then it may be
    kept on a good day, but nobody can promise it.
    """
    found: list[Problem] = []
    for key, objective in topology.objectives.items():
        scenarios = tuple(concerned(forecast, topology.objectives, key))
        found += _loss(key, objective, scenarios)
        found += _gap(key, objective, scenarios)
    for key, failover in topology.failover.items():
        judge = _automatic if failover.mode == "automatic" else _approve
        found += judge(forecast, key, concerned(forecast, topology.failover, key))
    found += _capacity(topology, forecast)
    return tuple(found)


def concerned(forecast: Forecast, keys: Iterable[str], key: str) -> Iterator[ScenarioForecast]:
    """The scenarios that a key is about: its own id, or those of its class without a key."""
    by_key = forecast.by_key
    if key in SCENARIO_CLASSES:
        named = frozenset(keys)
        yield from (one for one in by_key.get(key, ()) if one.id == key or one.id not in named)
    else:
        yield from by_key.get(key, ())


def unenforced(topology: Topology, forecast: Forecast) -> tuple[str, ...]:
    """The objectives whose RPO rests on what no commit waits for, in the order of the spec."""
    return tuple(
        key
        for key in topology.objectives
        if any(
            entry.rpo_bound is None
            for scenario in concerned(forecast, topology.objectives, key)
            for entry in scenario.databases
        )
    )


Worst = tuple[ScenarioForecast, DatabaseForecast]


def _loss(
    key: str, objective: Objective, scenarios: tuple[ScenarioForecast, ...]
) -> Iterator[Problem]:
    worst: Worst | None = None
    for scenario in scenarios:
        for entry in scenario.databases:
            if not entry.rpo.within(objective.rpo) and (
                worst is None or _more(entry.rpo.high, worst[1].rpo.high)
            ):
                worst = scenario, entry
    if worst is None:
        return
    scenario, entry = worst
    high = entry.rpo.high
    lost = "writes without limit" if high is None else f"up to {beyond(high, objective.rpo)}"
    message = (
        f"{format_duration(objective.rpo)} cannot be promised: when {scenario.title}, "
        f"{entry.database} may lose {lost}, because {entry.rpo_reason}"
    )
    yield Problem(path=("objectives", key, "rpo"), id="rpo-kept", message=message)


def _gap(
    key: str, objective: Objective, scenarios: tuple[ScenarioForecast, ...]
) -> Iterator[Problem]:
    worst: Worst | None = None
    for scenario in scenarios:
        for entry in scenario.databases:
            if not entry.rto.within(objective.rto) and (
                worst is None or _more(entry.rto.high, worst[1].rto.high)
            ):
                worst = scenario, entry
    if worst is None:
        return
    scenario, entry = worst
    endless = next((term.source for term in entry.terms if term.high is None), None)
    if endless is None:
        parts = ", ".join(f"{t.name} {seconds(t.high)}" for t in entry.terms if t.high)
        longest = beyond(entry.rto.high or 0.0, objective.rto)
        waits = f"clients of {entry.database} may wait {longest} ({parts})"
    else:
        waits = f"nothing limits how long clients of {entry.database} wait: {endless}"
    shown = format_duration(objective.rto)
    message = f"{shown} cannot be promised: when {scenario.title}, {waits}"
    yield Problem(path=("objectives", key, "rto"), id="rto-kept", message=message)


def _more(one: float | None, other: float | None) -> bool:
    return other is not None and (one is None or one > other)


def _automatic(
    forecast: Forecast, key: str, scenarios: Iterable[ScenarioForecast]
) -> Iterator[Problem]:
    path: Path = ("failover", key, "mode")
    for scenario in scenarios:
        stuck = [entry for entry in scenario.databases if entry.decides != "automatic"]
        if not stuck:
            continue
        first = f"automatic cannot work: when {scenario.title}, "
        if not any(entry.serves for entry in stuck):
            reason = f"no site with {join([e.database for e in stuck])} is left to fail over to"
        elif scenario.voices_left < forecast.majority:
            reason = (
                f"{scenario.voices_left} of {forecast.voices} voices are left and "
                f"{forecast.majority} are needed: {_witnesses(forecast, scenario)} or write "
                "`mode: approve`"
            )
        else:
            entry = stuck[0]
            reason = f"{entry.leader_after} may not lead {entry.database}: {entry.rpo_reason}"
        yield Problem(path=path, id="automatic-possible", message=first + reason)
        return


def _approve(
    forecast: Forecast, key: str, scenarios: Iterable[ScenarioForecast]
) -> Iterator[Problem]:
    """A person cannot hold back what Patroni does by itself: nothing asks before it promotes."""
    for scenario in scenarios:
        promoted = [
            entry.database
            for entry in scenario.databases
            if entry.decides == "approve" and entry.promotes and entry.rpo.high == 0
        ]
        if promoted and scenario.voices_left >= forecast.majority:
            voices = f"{scenario.voices_left} of {forecast.voices} voices"
            goes = "fails" if len(promoted) == 1 else "fail"
            message = (
                f"approve cannot be kept: when {scenario.title}, {voices} are left and a voter has "
                f"every write, so {join(promoted)} {goes} over without asking; write `automatic`"
            )
            yield Problem(path=("failover", key, "mode"), id="approval-possible", message=message)
            return


def _witnesses(forecast: Forecast, scenario: ScenarioForecast) -> str:
    """How many witnesses, lost with no site of the scenario, would make a majority."""
    more = next(
        more
        for more in count(1)
        if (forecast.voices + more) % 2
        and scenario.voices_left + more > (forecast.voices + more) // 2
    )
    return (
        "add a witness in a place of its own,"
        if more == 1
        else (f"add {more} witnesses in places of their own,")
    )


def _capacity(topology: Topology, forecast: Forecast) -> Iterator[Problem]:
    """Sites that cannot carry what falls to them when one site, or what has objectives, is lost."""
    worst: dict[str, tuple[int, int, str]] = {}
    for scenario in forecast.scenarios:
        if scenario.kind != "lose-site" and not (
            {scenario.id, scenario.kind} & topology.objectives.keys()
        ):
            continue
        for site in (name for city in scenario.capacity_after for name in city.overloaded):
            led = [e.database for e in scenario.databases if e.leader_after == site]
            load = [topology.databases[name].load for name in led]
            tps, connections = sum(x.tps for x in load), sum(x.connections for x in load)
            if (tps, connections) > worst.get(site, (0, 0, ""))[:2]:
                worst[site] = tps, connections, scenario.title
    for site, (tps, connections, title) in sorted(worst.items()):
        capacity = topology.sites[site].capacity
        message = (
            f"too little: when {title}, {site} must carry {tps} tps and {connections} connections, "
            f"and has {capacity.tps} and {capacity.connections}"
        )
        yield Problem(path=("sites", site, "capacity"), id="capacity-after-loss", message=message)
