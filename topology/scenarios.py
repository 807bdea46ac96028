"""The scenarios of a topology: everything that may be lost, each with the hosts that it takes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from tricenter.topology.domains import SharedFate
from tricenter.topology.links import city_around, is_placed
from tricenter.topology.spec import Failover, Topology
from tricenter.topology.spec_backups import Vault
from tricenter.topology.spec_places import Witness
from tricenter.topology.zone import server_sites

NOTHING: frozenset[str] = frozenset()
FEW = 12
"""Sites of which every pair is a scenario: 66 pairs."""
TOLD = 3
"""Sites that a shared fate draws along, of which a title tells why."""
Fates = Mapping[str, Sequence[SharedFate]]
"""Shared fates by site."""

STANDS_IN = {"lose-pair": "lose-city", "isolate": "lose-site", "drop-table": "lose-all"}
"""Class whose time to decide counts where the spec has none for a scenario's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One thing that happens. `sites` are destroyed, those of a shared fate included; `struck`
    are the ones it names; `isolated` is alive behind a cut network."""

    id: str
    kind: str
    target: str | None
    title: str
    struck: tuple[str, ...] = ()
    sites: frozenset[str] = NOTHING
    fates: tuple[SharedFate, ...] = ()
    witnesses: frozenset[str] = NOTHING
    isolated: str | None = None
    cut: tuple[str, str] | None = None
    provider: str | None = None
    vaults: frozenset[str] = NOTHING
    backup: str | None = None
    table: str | None = None
    """The database that a table is dropped of."""

    @property
    def unreachable(self) -> frozenset[str]:
        """Sites that clients outside cannot use: destroyed or cut off."""
        return self.sites | {self.isolated} if self.isolated else self.sites

    @property
    def hosts(self) -> tuple[str, ...]:
        """Everything destroyed, by name: sites, witnesses and vaults."""
        return tuple(sorted(self.sites | self.witnesses | self.vaults))


def pair_name(a: str, b: str) -> str:
    """Two sites as the target of a scenario, in the order of their names."""
    return "-".join(sorted((a, b)))


def scenarios(topology: Topology, fates: Iterable[SharedFate]) -> tuple[Scenario, ...]:
    """Every scenario of a topology that says more than the others do, the classes in a fixed
    order, targets by name.

    Pairs are those of `telling_pairs`.
    """
    drawn = fates_of(topology, fates)
    pairs = telling_pairs(topology, drawn)
    return (*_losses(topology, drawn, pairs), *_faults(topology, pairs))


def fates_of(topology: Topology, fates: Iterable[SharedFate]) -> Fates:
    """The shared fates of each site."""
    found: dict[str, list[SharedFate]] = {site: [] for site in topology.sites}
    for fate in fates:
        for site in fate.sites:
            found[site].append(fate)
    return found


def targets(topology: Topology) -> dict[str, frozenset[str]]:
    """What a scenario of each class can be about; empty text for a class without targets."""
    pairs = frozenset(pair_name(a, b) for a, b in combinations(topology.sites, 2))
    cities = frozenset(site.city for site in topology.sites.values())
    return {
        "lose-site": frozenset(topology.sites),
        "lose-pair": pairs,
        "lose-city": cities,
        "lose-all": frozenset({""}),
        "cut": pairs,
        "isolate": frozenset(topology.sites),
        "lose-witness": frozenset(topology.witnesses),
        "lose-dns-provider": frozenset(name_providers(topology)),
        "lose-vault": frozenset(topology.vaults),
        "drop-table": frozenset(topology.databases),
        "delete-backup": frozenset(topology.backups),
    }


def telling_pairs(topology: Topology, drawn: Fates) -> tuple[tuple[str, str], ...]:
    """The pairs of sites whose loss, or whose cut link, says more than that of each by itself.

    Up to `FEW` sites all of them. Of more sites, where two are never a majority of the voices,
    those that touch one database together, and those that the spec names.
    """
    sites = sorted(topology.sites)
    if len(sites) <= FEW:
        return tuple(combinations(sites, 2))
    near = {site: {site, *(s for fate in drawn[site] for s in fate.sites)} for site in sites}
    held: dict[str, set[str]] = {}
    for name, database in topology.databases.items():
        for site in (database.prefer, *database.replicas):
            for touching in near.get(site, ()):
                held.setdefault(name, set()).add(touching)
    found = {pair for together in held.values() for pair in combinations(sorted(together), 2)}
    named = {*topology.failover, *topology.objectives, *topology.drills.max_age}
    stated = {scenario.partition(":")[2] for scenario in named}
    if any(target for target in stated):
        found |= {pair for pair in combinations(sites, 2) if pair_name(*pair) in stated}
    return tuple(sorted(found))


Pairs = Iterable[tuple[str, str]]


def _losses(topology: Topology, fates: Fates, pairs: Pairs) -> Iterator[Scenario]:
    sites = sorted(topology.sites)
    for site in sites:
        yield _loss(topology, fates, "lose-site", site, f"{site} is destroyed", (site,))
    for a, b in pairs:
        title = f"{a} and {b} are destroyed"
        yield _loss(topology, fates, "lose-pair", pair_name(a, b), title, (a, b))
    for city in sorted({site.city for site in topology.sites.values()}):
        inside = tuple(name for name in sites if topology.sites[name].city == city)
        title = f"{city} is lost ({' and '.join(inside)})"
        yield _loss(topology, fates, "lose-city", city, title, inside, frozenset({city}))
    cities = frozenset(site.city for site in topology.sites.values())
    yield _loss(topology, fates, "lose-all", None, "every site is destroyed", tuple(sites), cities)


def _loss(
    topology: Topology,
    fates: Fates,
    kind: str,
    target: str | None,
    title: str,
    struck: tuple[str, ...],
    cities: frozenset[str] = NOTHING,
) -> Scenario:
    inside = frozenset(struck)
    drawn = tuple(f for s in struck for f in fates[s] if not inside.issuperset(f.sites))
    told = [_drawn(fate, inside) for fate in drawn[:TOLD]]
    told += [f" and {len(drawn) - TOLD} more"] if len(drawn) > TOLD else []
    return Scenario(
        id=f"{kind}:{target}" if target else kind,
        kind=kind,
        target=target,
        title=title + "".join(told),
        struck=struck,
        sites=frozenset(struck).union(*(f.sites for f in drawn)),
        fates=drawn,
        witnesses=_standing_in(topology, topology.witnesses, cities),
        vaults=_standing_in(topology, topology.vaults, cities),
    )


def _standing_in(
    topology: Topology, things: Mapping[str, Witness] | Mapping[str, Vault], cities: frozenset[str]
) -> frozenset[str]:
    """What is lost with cities: what stands in them, and what may, since nobody says where."""
    if not cities:
        return NOTHING
    return frozenset(
        name
        for name, one in things.items()
        if not is_placed(one) or city_around(topology, one) in cities
    )


def _drawn(fate: SharedFate, struck: frozenset[str]) -> str:
    other = next(site for site in fate.sites if site not in struck)
    return f", and {other} with it ({fate.reason})"


def _faults(topology: Topology, pairs: Pairs) -> Iterator[Scenario]:
    sites = sorted(topology.sites)
    for a, b in pairs:
        name = pair_name(a, b)
        title = f"the link between {a} and {b} is cut"
        yield Scenario(id=f"cut:{name}", kind="cut", target=name, title=title, cut=(a, b))
    for site in sites:
        title = f"{site} is cut off but alive"
        yield Scenario(
            id=f"isolate:{site}", kind="isolate", target=site, title=title, isolated=site
        )
    for name in sorted(topology.witnesses):
        yield _single(
            "lose-witness", name, f"the witness {name} is lost", witnesses=frozenset({name})
        )
    for name in sorted(name_providers(topology)):
        yield _single("lose-dns-provider", name, f"the DNS provider {name} is lost", provider=name)
    for name in sorted(topology.vaults):
        yield _single("lose-vault", name, f"the vault {name} is lost", vaults=frozenset({name}))
    for name in sorted(topology.databases):
        yield _single("drop-table", name, f"an operator drops a table of {name}", table=name)
    for name in sorted(topology.backups):
        yield _single("delete-backup", name, f"somebody deletes the backups of {name}", backup=name)


def _single(
    kind: str,
    target: str,
    title: str,
    *,
    witnesses: frozenset[str] = NOTHING,
    vaults: frozenset[str] = NOTHING,
    provider: str | None = None,
    backup: str | None = None,
    table: str | None = None,
) -> Scenario:
    return Scenario(
        id=f"{kind}:{target}",
        kind=kind,
        target=target,
        title=title,
        witnesses=witnesses,
        vaults=vaults,
        provider=provider,
        backup=backup,
        table=table,
    )


def name_providers(topology: Topology) -> dict[str, frozenset[str] | None]:
    """Who serves the zone: by provider the sites of its servers, None for a cloud's service."""
    ours = {name: frozenset(sites) for name, sites in server_sites(topology)}
    clouds = {n: None for n, p in topology.dns.providers.items() if p.service != "powerdns"}
    if clouds and not any(p.service == "powerdns" for p in topology.dns.providers.values()):
        return dict(clouds)
    return {**ours, **clouds}


def own_failover(topology: Topology, scenario: Scenario) -> Failover | None:
    """What the spec says of the scenario, by its id or else by its class."""
    return topology.failover.get(scenario.id) or topology.failover.get(scenario.kind)


def time_to_decide(topology: Topology, scenario: Scenario) -> tuple[float | None, str]:
    """Longest time of a person's decision in seconds and where it is stated; None if nowhere."""
    for key in (scenario.id, scenario.kind, STANDS_IN.get(scenario.kind, "lose-city")):
        found = topology.failover.get(key)
        if found is not None and found.mode == "approve" and found.decide > 0:
            return found.decide, f"failover.{key}.decide"
    return None, f"failover.{scenario.kind}.decide is not stated"
