"""The plan: what each place of one topology gets, neutral of clouds; a target makes it real."""

from dataclasses import dataclass
from typing import Literal

from tricenter.topology.asked import PlannedRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPlace:
    """Where on a cloud something stands.

    `owner` is the AWS account or the Google project, None for the one that the credentials are of.
    `network` is the address plan of the region, `subnet` the site's own part of it (CIDR).
    """

    cloud: Literal["aws", "gcp"]
    region: str
    zone: str | None
    owner: str | None
    network: str
    subnet: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedHost:
    """A site or witness. `addresses` are its own, on the lab; the first is for infrastructure.

    `place` is where it stands on a cloud, None on the lab.
    """

    name: str
    kind: Literal["site", "witness"]
    city: str | None
    voice: bool
    address: str
    addresses: tuple[str, ...]
    disk_mib: int
    capacity_tps: int
    capacity_connections: int
    place: PlannedPlace | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedLink:
    """The network between two hosts; `rtt` in seconds."""

    between: tuple[str, str]
    rtt: float
    source: Literal["measured", "stated", "estimated"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """What a copy is seen to run on now: the engine's `version`, and `storage_gib` of its own
    where it has some (a cluster's storage is shared, and grows by itself)."""

    version: str
    storage_gib: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedMember:
    """One site's copy of one database: where it listens, what it may do. Never its role.

    `sync_priority` is higher the sooner commits should wait for it, 0 where they never do.
    `machine` is the size of its instance in the cloud's own word, None for the default. `running`
    is what was seen of it, None where nothing is deployed or nobody was asked.
    """

    database: str
    site: str
    address: str
    port: int
    rest_port: int
    voter: bool
    failover_priority: int
    sync_priority: int
    max_lag: float | None
    on_excess: Literal["alarm", "stall"]
    machine: str | None = None
    running: Running | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedDatabase:
    """A database over its sites; `leader` is the observed one, else the preferred site.

    `service` is what runs it: patroni on the lab, else the spec's word for the cloud's service;
    `size_mib` is the most data that it holds.
    """

    name: str
    engine: str
    version: str | None
    prefer: str
    leader: str
    mode: Literal["quorum", "sync", "async"]
    acks: int
    strict: bool
    load_tps: int
    load_connections: int
    writer: str
    reader: str
    members: tuple[PlannedMember, ...]
    service: str = "patroni"
    size_mib: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPool:
    """One fallback order: each step a tuple of sites that share the answer.

    It is for clients of the places, and before those for clients in the subnets.
    """

    geos: tuple[str, ...]
    steps: tuple[tuple[str, ...], ...]
    subnets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRecord:
    """A public name: addresses by site, pools by place of the client, one check an address.

    A check is a connection, and with `request` also an answer to it. `unchecked` are the addresses
    that always count as healthy. One site of a step is answered by `weights`, one address by
    `address_weights`, those of one region by `latency`, which has the region of each site; of the
    three there is one at most. `last_resort` is answered, by family, where
    nothing of a pool is up; where there is none, `when_all_down` says what is.
    """

    name: str
    ttl: float
    addresses: tuple[tuple[str, tuple[str, ...]], ...]
    weights: tuple[tuple[str, int], ...]
    pools: tuple[PlannedPool, ...]
    check_port: int
    check_interval: float
    check_timeout: float
    check_failures: int
    when_all_down: Literal["serve-all", "serve-none"]
    unchecked: tuple[str, ...] = ()
    request: PlannedRequest | None = None
    address_weights: tuple[tuple[str, int], ...] = ()
    last_resort: tuple[str, ...] = ()
    latency: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedServer:
    """A name server of a provider in a site."""

    site: str
    provider: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedZone:
    """The zone, its servers, its public records, and the clients' declared geography.

    `services` are the cloud services that serve it, of route53 and cloud-dns; none on the lab.
    """

    name: str
    writer_ttl: float
    servers: tuple[PlannedServer, ...]
    records: tuple[PlannedRecord, ...]
    clients: tuple[tuple[str, tuple[str, ...]], ...]
    services: tuple[Literal["route53", "cloud-dns"], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedBackup:
    """A snapshot schedule; cron texts in UTC, durations in seconds."""

    name: str
    databases: tuple[str, ...]
    full: str
    incremental: str | None
    daily: int
    weekly: int
    monthly: int
    ship: float | None
    repositories: tuple[str, ...]
    vaults: tuple[str, ...]
    immutable: float | None
    restore_test: Literal["daily", "weekly", "monthly"] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedVault:
    """Cold storage outside the sites; `place` is where it is on a cloud, None on the lab."""

    name: str
    medium: str
    disk_mib: int
    place: PlannedPlace | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedFailover:
    """Who decides after losses of a scenario's class or id; `decide` in seconds."""

    scenario: str
    mode: Literal["automatic", "approve"]
    decide: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedObjective:
    """What must hold in the scenarios of a class or id, as clients see it; in seconds."""

    scenario: str
    rpo: float
    rto: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedClient:
    """A place of clients outside the sites, for drills; `rtt` to every site, in seconds."""

    name: str
    geo: str
    address: str
    rtt: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedTiming:
    """What a failover waits for, in seconds; Patroni's and the client library's own words."""

    ttl: float
    loop_wait: float
    retry_timeout: float
    client_timeout: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedOutcome:
    """What a runbook tells to expect of one database, in words."""

    database: str
    prefer: str
    decides: Literal["automatic", "approve", "impossible"]
    leader: str | None
    rpo: str
    rto: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedScenario:
    """A scenario that every site keeps a runbook for, while the preferred sites lead."""

    id: str
    kind: str
    target: str | None
    title: str
    lost: tuple[str, ...]
    majority: bool
    explanation: str
    outcomes: tuple[PlannedOutcome, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that a target must provide for one topology."""

    topology: str
    digest: str
    target: str
    hosts: tuple[PlannedHost, ...]
    links: tuple[PlannedLink, ...]
    databases: tuple[PlannedDatabase, ...]
    zone: PlannedZone
    backups: tuple[PlannedBackup, ...]
    vaults: tuple[PlannedVault, ...]
    clients: tuple[PlannedClient, ...]
    timing: PlannedTiming
    scenarios: tuple[PlannedScenario, ...]
    failover: tuple[PlannedFailover, ...] = ()
    objectives: tuple[PlannedObjective, ...] = ()

    @property
    def sites(self) -> tuple[PlannedHost, ...]:
        """The hosts that are sites, by name."""
        return tuple(host for host in self.hosts if host.kind == "site")

    def host(self, name: str) -> PlannedHost:
        """The site or witness of that name; raises KeyError for another."""
        return next((h for h in self.hosts if h.name == name), None) or _missing(name)

    def members_of(self, site: str) -> tuple[PlannedMember, ...]:
        """The copies of databases that one site holds, by database."""
        return tuple(m for d in self.databases for m in d.members if m.site == site)


def _missing(name: str) -> PlannedHost:
    raise KeyError(name)
