"""What scenarios are judged by, looked up in the topology once."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from types import MappingProxyType

from tricenter.topology.domains import SharedFate
from tricenter.topology.forecast.copies import Copy, copies_of
from tricenter.topology.forecast.managed import managed_terms, recovery_of, stalls_of
from tricenter.topology.forecast.measured import Measured
from tricenter.topology.forecast.model import DatabaseForecast
from tricenter.topology.forecast.timings import Terms, Timings, terms_of
from tricenter.topology.links import link_between, stated_links
from tricenter.topology.scenarios import name_providers
from tricenter.topology.spec import Topology
from tricenter.topology.spec_databases import Replica
from tricenter.topology.sync_order import sync_order
from tricenter.topology.voices import voice_names

NOTHING: Mapping[str, Measured] = MappingProxyType({})

Rtt = Mapping[tuple[str, str], float]
"""Round trips in seconds by two sites, in both orders."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseFacts:
    """One database: its leader now, its copies, and the voters nearest to the leader first.

    `order` has who may acknowledge or lead in the order in which sync commits prefer them.
    """

    name: str
    mode: str
    acks: int
    strict: bool
    leader: str
    members: tuple[str, ...]
    eligible: frozenset[str]
    voters: tuple[str, ...]
    order: tuple[str, ...]
    replicas: Mapping[str, Replica]
    tps: int
    connections: int
    size: int | None
    copies: tuple[Copy, ...]
    stalls: Mapping[str, float] = field(default_factory=dict[str, float])
    """By site, seconds of lag beyond which the target itself holds commits back."""

    @property
    def waits(self) -> int:
        """How many voters a commit waits for."""
        return 0 if self.mode == "async" else min(self.acks, len(self.voters))

    @property
    def synchronous(self) -> frozenset[str]:
        """Whom commits wait for while all is well; empty where any quorum of voters will do."""
        if self.mode != "sync":
            return frozenset()
        return frozenset([site for site in self.order if site != self.leader][: self.waits])


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything of a topology that the arithmetic needs."""

    topology: Topology
    timings: Timings
    terms: Terms
    sites: tuple[str, ...]
    voices: frozenset[str]
    majority: int
    rtt: Mapping[tuple[str, str], float]
    together: Mapping[str, frozenset[str]]
    databases: tuple[DatabaseFacts, ...]
    providers: Mapping[str, frozenset[str] | None]
    restores: Mapping[str, Measured]
    """By database, the newest restore test that was measured."""
    managed: bool = False
    """Whether services decide by themselves: their own voices are in every city of two sites."""
    inside: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """The sites of each city, by name."""
    untouched: list[DatabaseForecast] = field(default_factory=list[DatabaseForecast])
    """The databases after what no client notices, once somebody asked."""
    distances: dict[Hashable, int] = field(default_factory=dict[Hashable, int])
    """Distances to data loss that were counted already; many scenarios end alike."""

    def nearest(self, site: str, others: frozenset[str]) -> tuple[str, ...]:
        """Other sites by their round-trip time from one, names breaking ties."""
        return tuple(sorted(others - {site}, key=lambda other: (self.rtt[site, other], other)))


def facts_of(
    topology: Topology,
    timings: Timings,
    fates: tuple[SharedFate, ...],
    roles: Mapping[str, str],
    target: str = "lab",
    restores: Mapping[str, Measured] = NOTHING,
) -> Facts:
    """The facts of a topology, its databases led by `roles` or else where they prefer."""
    recovery = recovery_of(topology, target)
    sites = tuple(sorted(topology.sites))
    rtt: dict[tuple[str, str], float] = {}
    stated = stated_links(topology)
    for a, b in combinations(sites, 2):
        rtt[a, b] = rtt[b, a] = link_between(topology, a, b, stated).rtt
    together = {site: {site} for site in sites}
    for fate in fates:
        a, b = fate.sites
        together[a].add(b)
        together[b].add(a)
    voices = frozenset(voice_names(topology))
    return Facts(
        topology=topology,
        timings=timings,
        terms=terms_of(timings) if recovery is None else managed_terms(timings, recovery),
        managed=recovery is not None,
        sites=sites,
        inside=_by_city(topology),
        voices=voices,
        majority=len(voices) // 2 + 1,
        rtt=rtt,
        together={site: frozenset(others) for site, others in together.items()},
        databases=tuple(
            _database(topology, name, roles, rtt, target) for name in sorted(topology.databases)
        ),
        providers=name_providers(topology),
        restores=restores,
    )


def _by_city(topology: Topology) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for name, site in sorted(topology.sites.items()):
        found.setdefault(site.city, []).append(name)
    return {city: tuple(found[city]) for city in sorted(found)}


def _database(
    topology: Topology,
    name: str,
    roles: Mapping[str, str],
    rtt: Rtt,
    target: str,
) -> DatabaseFacts:
    spec = topology.databases[name]
    leader = roles.get(name, spec.prefer)
    eligible = frozenset((spec.prefer, *(site for site, r in spec.replicas.items() if r.voter)))
    voters = sorted(eligible - {leader}, key=lambda site: (rtt[leader, site], site))
    return DatabaseFacts(
        name=name,
        mode=spec.commit.mode,
        acks=spec.commit.acks,
        strict=spec.commit.strict,
        leader=leader,
        members=tuple(sorted({spec.prefer, *spec.replicas})),
        eligible=eligible,
        voters=tuple(voters),
        order=sync_order(topology, name),
        replicas=spec.replicas,
        tps=spec.load.tps,
        connections=spec.load.connections,
        size=spec.size,
        copies=copies_of(topology, name, leader, target),
        stalls=stalls_of(topology, name, leader, target),
    )
