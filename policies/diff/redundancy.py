"""What a topology can lose, and what it has more than once: before and after."""

from collections.abc import Sequence
from dataclasses import replace

from tricenter.policies.diff.grid import Grid, Values, beside
from tricenter.policies.facts import Facts
from tricenter.policies.notions.centers import copies_of
from tricenter.topology.forecast.model import DatabaseForecast
from tricenter.topology.forecast.words import interval, recovery
from tricenter.topology.spec import Topology
from tricenter.topology.voices import voice_names

UNBOUNDED_S = 1e9
"""Seconds that stand for no limit where losses are ordered: thirty years."""


def losses(old: Facts | None, new: Facts | None) -> Grid:
    """For every loss and database: RPO, RTO, who decides, who leads afterwards; first where most
    gets worse."""
    grid = beside(
        "What a loss costs",
        ("Loss", "Database"),
        ("RPO", "RTO", "Decides", "Leads"),
        old and _losses(old),
        new and _losses(new),
    )
    before, after = old and _entries(old), new and _entries(new)
    if not before or not after:
        return grid
    worse = {key: _worsening(before[key], after[key]) for key in after if key in before}
    lines = sorted(grid.lines, key=lambda line: -worse.get(line.about, 1.0))
    return replace(grid, lines=tuple(lines))


def holdings(old: Facts | None, new: Facts | None) -> Grid:
    """Copies, voters, backups, addresses, name servers, partners: how many, and which."""
    return beside(
        "What there is more than once",
        ("What", "Of"),
        ("There is",),
        old and _holdings(old.topology),
        new and _holdings(new.topology),
    )


def _losses(facts: Facts) -> Values:
    return {
        about: (
            interval(entry.rpo),
            recovery(entry.person, entry.machine),
            _decides(entry),
            _leads(entry),
        )
        for about, entry in _entries(facts).items()
    }


def _entries(facts: Facts) -> dict[tuple[str, ...], DatabaseForecast]:
    return {
        (scenario.id, entry.database): entry
        for scenario in facts.forecast.scenarios
        for entry in scenario.databases
    }


def _worsening(before: DatabaseForecast, after: DatabaseForecast) -> float:
    """How many times more is lost or waited for at most; below 1 where it gets better."""
    pairs = ((before.rpo.high, after.rpo.high), (before.rto.high, after.rto.high))
    # A second more or less is nothing against a second: it keeps a step from 0 s finite.
    return max((_bound(now) + 1) / (_bound(was) + 1) for was, now in pairs)


def _bound(high: float | None) -> float:
    return UNBOUNDED_S if high is None else high


def _decides(entry: DatabaseForecast) -> str:
    return "goes on" if entry.decides == "automatic" and not entry.promotes else entry.decides


def _leads(entry: DatabaseForecast) -> str:
    """Who leads afterwards, and whether it was empty and must be restored first."""
    if entry.leader_after is None:
        return "restored"
    restored = any(term.name == "restore" for term in entry.terms)
    return f"{entry.leader_after}, restored" if restored else entry.leader_after


def _holdings(topology: Topology) -> Values:
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for name, database in sorted(topology.databases.items()):
        copies = copies_of(topology, name)
        mode = database.commit.mode
        voters = [n for n in sorted(database.replicas) if database.replicas[n].voter]
        # While the preferred site leads, the others that vote are who may acknowledge a commit.
        asked = [] if mode == "async" else voters
        backups = {c for b in topology.backups.values() if name in b.of for c in b.copies}
        partners = [n for n, partner in topology.partners.items() if name in partner.holds]
        found["copies", name] = (_counted(copies),)
        found["voters", name] = (_counted(asked),)
        found["commit waits for", name] = (_commit(topology, name),)
        found["backup copies", name] = (_counted(sorted(backups)),)
        found["partners", name] = (_counted(sorted(partners)),)
    for label, record in sorted(topology.dns.records.items()):
        sites = sorted(record.answers) or sorted(topology.sites)
        each = [len(record.answers[s]) if record.answers else record.allocate or 0 for s in sites]
        found["addresses", label] = (f"{sum(each)} in {_counted(sites)}",)
    providers = topology.dns.providers
    found["DNS providers", topology.dns.zone] = (_counted(sorted(providers)) if providers else "1",)
    found["voices", "store"] = (_counted(voice_names(topology)),)
    return found


def _commit(topology: Topology, name: str) -> str:
    commit = topology.databases[name].commit
    if commit.mode == "async":
        return "nobody (async)"
    return f"{commit.acks} of its voters ({commit.mode}{', strict' if commit.strict else ''})"


def _counted(names: Sequence[str]) -> str:
    return f"{len(names)} ({', '.join(names)})" if names else "0"
