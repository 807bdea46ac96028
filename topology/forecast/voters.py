"""The arithmetic of commits: who has an acknowledged write, who may lead after a loss."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import combinations

from tricenter.topology.forecast.facts import DatabaseFacts, Facts


def keeps_every_write(voters: tuple[str, ...], waits: int, left: AbstractSet[str]) -> bool:
    """Whether the voters left surely hold every acknowledged write, the leader being lost.

    Any `waits` of the voters may have acknowledged, so fewer must be missing. With sync commit
    they are always the same ones, and which is not known: Patroni keeps who is synchronous for as
    long as it streams, so after a restart it need not be the nearest (sync.py 4.1.5, 2026-11-30).
    """
    if waits == 0:
        return False
    return sum(voter in left for voter in voters) > len(voters) - waits


def candidates(db: DatabaseFacts, left: AbstractSet[str]) -> tuple[str, ...]:
    """Who may be promoted without a person, the leader being lost; nearest voters first."""
    if db.mode == "async":
        return tuple(site for site in db.members if site in left and site != db.leader)
    if not keeps_every_write(db.voters, db.waits, left):
        return ()
    return tuple(voter for voter in db.voters if voter in left)


def successor(facts: Facts, db: DatabaseFacts, among: tuple[str, ...]) -> str:
    """Who of several is promoted: a voter first, then the leader's city, then the nearest."""
    home = facts.topology.sites[facts.topology.databases[db.name].prefer].city
    sites = facts.topology.sites
    return min(
        among,
        key=lambda site: (
            site not in db.eligible,
            sites[site].city != home,
            facts.rtt[db.leader, site] if site != db.leader else 0.0,
            site,
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Commits:
    """How a database commits under a leader, with the voters that it has."""

    mode: str
    voters: tuple[str, ...]
    waits: int
    latency: float | None

    @property
    def writable(self) -> bool:
        """Whether anything is committed at all."""
        return self.latency is not None


def commits_under(
    facts: Facts, db: DatabaseFacts, leader: str, reachable: frozenset[str]
) -> Commits:
    """Commits under a leader that reaches these sites, once lost voters are off the list."""
    if db.mode == "async":
        return Commits(mode="async", voters=(), waits=0, latency=0.0)
    voters = facts.nearest(leader, db.eligible & reachable)
    waits = min(db.acks, len(voters))
    if waits == 0:
        if db.strict:
            return Commits(mode="refused", voters=(), waits=0, latency=None)
        return Commits(mode="alone", voters=(), waits=0, latency=0.0)
    asked = voters
    if db.mode == "sync":
        asked = tuple(site for site in db.order if site in voters)
    latency = max(facts.rtt[leader, voter] for voter in asked[:waits])
    return Commits(mode=db.mode, voters=voters, waits=waits, latency=latency)


def losses_left(facts: Facts, leader: str, commits: Commits, alive: frozenset[str]) -> int:
    """How many of the sites alive may be lost, fates shared, before a write may be lost.

    With all of them gone nothing is left to hold a write, so the count is below their number.
    """
    key = (leader, commits, alive)
    if key not in facts.distances:
        facts.distances[key] = _count_losses(facts, leader, commits, alive)
    return facts.distances[key]


def _count_losses(facts: Facts, leader: str, commits: Commits, alive: frozenset[str]) -> int:
    def loses(struck: tuple[str, ...]) -> bool:
        gone = frozenset[str]().union(*(facts.together[site] for site in struck))
        left = alive - gone
        kept = keeps_every_write(commits.voters, commits.waits, left)
        return leader in gone and not kept

    sites = sorted(alive)
    return next(n - 1 for n in range(1, len(sites) + 1) if any(map(loses, combinations(sites, n))))
