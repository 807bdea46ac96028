"""What self-managed sites open to whom: the store and backups to sites, databases to clients."""

from collections.abc import Iterator
from dataclasses import dataclass

from tricenter.topology.compile import PATRONI_PORT, POSTGRES_PORT
from tricenter.topology.plan import Plan, PlannedHost
from tricenter.topology.render.etcd import CLIENT_PORT, PEER_PORT
from tricenter.topology.render.pgbackrest import PORT as BACKUP_PORT
from tricenter.topology.zone import DEFAULT_PROVIDER

DNS_PORT = 53
WEB_PORTS = (80, 443)
"""Where machines fetch packages and speak to their cloud."""
EVERYWHERE = "0.0.0.0/0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """One range of ports that is open to one network."""

    name: str
    protocol: str
    first: int
    last: int
    source: str


def openings(plan: Plan) -> Iterator[Opening]:
    """What a machine takes: from sites what sites need, from their regions what clients need."""
    for host in plan.hosts:
        if host.place is not None:
            source = host.place.subnet
            yield _opening(f"store-{host.name}", "tcp", CLIENT_PORT, source, PEER_PORT)
            yield _opening(f"backup-{host.name}", "tcp", BACKUP_PORT, source)
    networks = {host.place.network: host.place.region for host in plan.hosts if host.place}
    for network, region in sorted(networks.items()):
        yield _opening(f"postgresql-{region}", "tcp", POSTGRES_PORT, network)
        # Who leads is asked here, by name servers and by whatever sends clients on.
        yield _opening(f"patroni-{region}", "tcp", PATRONI_PORT, network)
        for protocol in ("tcp", "udp"):
            yield _opening(f"dns-{region}-{protocol}", protocol, DNS_PORT, network)


def sites_networks(plan: Plan) -> tuple[str, ...]:
    """The networks of every region of the plan, on whichever cloud."""
    return tuple(sorted({host.place.network for host in plan.hosts if host.place}))


def serves_names(plan: Plan, host: PlannedHost) -> bool:
    """Whether the spec has a name server of ours in a site for everybody to ask."""
    return any(
        server.site == host.name and server.provider != DEFAULT_PROVIDER
        for server in plan.zone.servers
    )


def needs_machine(plan: Plan, host: PlannedHost) -> bool:
    """Whether a host holds a self-managed database, or a voice that decides about one."""
    own = [database for database in plan.databases if database.service == "self-managed"]
    holds = any(member.site == host.name for database in own for member in database.members)
    return host.place is not None and (holds or (bool(own) and host.voice))


def _opening(name: str, protocol: str, first: int, source: str, last: int = 0) -> Opening:
    return Opening(name=name, protocol=protocol, first=first, last=last or first, source=source)
