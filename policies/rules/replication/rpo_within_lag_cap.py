"""The lag that a replica is allowed is within the RPO that rests on it."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.rule import Finding, Rule
from tricenter.topology.forecast.findings import concerned
from tricenter.topology.units import format_duration


def find(facts: Facts) -> Iterator[Finding]:
    """Limits of lag beyond the least RPO of a loss after which that replica leads."""
    for name in sorted(facts.topology.databases):
        replicas = facts.topology.databases[name].replicas
        for site in sorted(replicas):
            allowed, least = replicas[site].max_lag, _least(facts, name, site)
            if allowed is not None and least is not None and allowed > least[0]:
                message = (
                    f"{site} may lag {format_duration(allowed)} before anybody is told, and may "
                    f"have to lead {name} with an RPO of {format_duration(least[0])} ({least[1]})"
                )
                yield Finding(
                    path=("databases", name, "replicas", site, "max_lag"), message=message
                )


def _least(facts: Facts, database: str, site: str) -> tuple[float, str] | None:
    """The least RPO above zero, and its key, of losses that make the site lead without all."""
    aims = facts.topology.objectives
    found: list[tuple[float, str]] = []
    for key, aim in aims.items():
        for scenario in concerned(facts.forecast, aims, key) if aim.rpo else ():
            entry = scenario.database(database)
            if entry.promotes and entry.leader_after == site and entry.rpo.high != 0:
                found.append((aim.rpo, key))
    return min(found, default=None)


RULE = Rule(
    severity="high",
    clauses=(cite("gbt20988", "RPO of the levels", "secondary"),),
    fix="lower `max_lag` to the RPO or below it, or state a longer RPO",
    passes="databases: {ledger-a: {replicas: {tianfu: {max_lag: 15min}}}}",
    fails="databases: {ledger-a: {replicas: {tianfu: {max_lag: 1h}}}}",
    find=find,
)
