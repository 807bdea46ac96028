"""A scenario in one sentence."""

from collections.abc import Iterable

from tricenter.topology.forecast.facts import Facts
from tricenter.topology.forecast.model import CityCapacity, DatabaseForecast
from tricenter.topology.forecast.situation import Situation
from tricenter.topology.forecast.words import interval, join


def explain(
    facts: Facts,
    now: Situation,
    databases: Iterable[DatabaseForecast],
    capacity: Iterable[CityCapacity],
) -> str:
    """What a person should know of the scenario, without its numbers."""
    clauses: list[str] = []
    groups: dict[tuple[str, str], list[str]] = {}
    for entry in databases:
        groups.setdefault(_fate(now, entry), []).append(entry.database)
    clauses += [
        f"{join(names)} {one if len(names) == 1 else several}"
        for (one, several), names in groups.items()
    ]
    clauses += _of_the_place(facts, now)
    for city in capacity:
        clauses += [f"{site} cannot carry what it must lead" for site in city.overloaded]
    return "; ".join(clauses) + "."


def _fate(now: Situation, entry: DatabaseForecast) -> tuple[str, str]:
    """What happens to a database, said of one and of several."""
    at = entry.leader_after
    if now.scenario.table == entry.database:
        if entry.decides == "impossible":
            return "cannot get the table back", "cannot get the table back"
        return "gets the table back from a backup", "get the table back from a backup"
    if entry.decides == "impossible":
        said = f"cannot be written at {at}"
        return (said, said) if at else ("is gone", "are gone")
    lost = _lost(entry)
    if not entry.serves:
        rest = f"restored from a backup once a person decides, {lost}"
        return f"is {rest}", f"are {rest}"
    if entry.decides == "approve":
        rest = f"for a person and then go on at {at}, {lost}"
        return f"waits for a person and then goes on at {at}, {lost}", f"wait {rest}"
    if entry.promotes:
        return f"fails over to {at} by itself, {lost}", f"fail over to {at} by themselves, {lost}"
    return f"goes on at {at}", f"go on at {at}"


def _lost(entry: DatabaseForecast) -> str:
    if entry.rpo.high is None:
        return "and nothing limits how many writes are lost"
    if entry.rpo.high == 0:
        return "no acknowledged write lost"
    return f"{interval(entry.rpo)} of writes lost"


def _of_the_place(facts: Facts, now: Situation) -> list[str]:
    scenario = now.scenario
    said: list[str] = []
    if scenario.isolated:
        said.append(f"clients inside {scenario.isolated} cannot write until it is back")
    if scenario.provider:
        verb = "answers" if len(now.name_servers) == 1 else "answer"
        still = f"{join(now.name_servers)} still {verb} for the zone"
        dead = "nobody answers for the zone once TTLs have run out"
        said.append(still if now.named else dead)
    elif not now.named and scenario.unreachable != frozenset(facts.sites):
        said.append("no name server is left")
    if scenario.kind == "lose-vault":
        said += _without_vault(facts, scenario.vaults)
    if scenario.backup:
        said.append(_deleted(facts, scenario.backup))
    return said


def _without_vault(facts: Facts, lost: frozenset[str]) -> list[str]:
    """Backups that have no copy outside the sites any more."""
    bare = [
        name
        for name, backup in sorted(facts.topology.backups.items())
        if lost & set(backup.copies)
        and not any(c in facts.topology.vaults and c not in lost for c in backup.copies)
    ]
    return [f"until it is replaced, {join(bare)} has no copy outside the sites"] if bare else []


def _deleted(facts: Facts, name: str) -> str:
    backup = facts.topology.backups[name]
    if backup.immutable is not None:
        return f"immutable copies stay for {interval(None, backup.immutable)}"
    vaults = facts.topology.vaults
    kept = [
        c
        for c in backup.copies
        if c in vaults and (vaults[c].account or vaults[c].medium != "disk")
    ]
    if kept:
        return f"the copy in {join(kept)} is out of the operator's reach"
    return "nothing protects the copies: losing every site next would lose everything"
