"""The arithmetic of commits: who has an acknowledged write, who may lead after a loss."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import combinations

from tricenter.topology.forecast.facts import DatabaseFacts, Facts


def keeps_every_write(
    mode: str, voters: tuple[str, ...], waits: int, left: AbstractSet[str]
) -> bool:
    """Whether the voters left surely hold every acknowledged write, the leader being lost.

    With quorum commit any `waits` of the voters may have acknowledged, so that many must be
    missing at most; with sync commit it is the nearest ones, each of which has everything.
    """
    if waits == 0:
        return False
    if mode == "sync":
        return any(voter in left for voter in voters[:waits])
    return sum(voter in left for voter in voters) > len(voters) - waits


def candidates(db: DatabaseFacts, left: AbstractSet[str]) -> tuple[str, ...]:
    """Who may be promoted without a person, the leader being lost; nearest voters first."""
    if db.mode == "async":
        return tuple(site for site in db.members if site in left and site != db.leader)
    if not keeps_every_write(db.mode, db.voters, db.waits, left):
        return ()
    named = db.voters[: db.waits] if db.mode == "sync" else db.voters
    return tuple(voter for voter in named if voter in left)


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
    latency = facts.rtt[leader, voters[waits - 1]]
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
        kept = keeps_every_write(commits.mode, commits.voters, commits.waits, left)
        return leader in gone and not kept

    sites = sorted(alive)
    return next(n - 1 for n in range(1, len(sites) + 1) if any(map(loses, combinations(sites, n))))
