"""etcd's configuration: one member for each voice of the topology."""

from collections.abc import Iterator

from tricenter.topology import election
from tricenter.topology.plan import Plan
from tricenter.topology.render import RenderedFile, fill

CLIENT_PORT = 2379
PEER_PORT = 2380


def files(plan: Plan) -> Iterator[RenderedFile]:
    """The configuration of each voice, `<host>/etcd/etcd.yml`."""
    voices = [host for host in plan.hosts if host.voice]
    cluster = ",".join(f"{host.name}=https://{host.address}:{PEER_PORT}" for host in voices)
    heartbeat = heartbeat_ms(plan)
    for host in voices:
        values = {
            "topology": plan.topology,
            "host": host,
            "cluster": cluster,
            "client_port": CLIENT_PORT,
            "peer_port": PEER_PORT,
            "heartbeat": heartbeat,
            "election": heartbeat * election.TICKS,
        }
        yield RenderedFile(path=f"{host.name}/etcd/etcd.yml", text=fill("etcd.yml.j2", values))


def heartbeat_ms(plan: Plan) -> int:
    """The heartbeat of the plan's voices in milliseconds."""
    voices = {host.name for host in plan.hosts if host.voice}
    longest = max((link.rtt for link in plan.links if voices.issuperset(link.between)), default=0)
    return election.heartbeat_ms(longest)


def client_hosts(plan: Plan, site: str) -> tuple[str, ...]:
    """Where a site's clients of the store connect, `address:port`: its own member first."""
    voices = [host for host in plan.hosts if host.voice]
    ordered = sorted(voices, key=lambda host: (host.name != site, host.name))
    return tuple(f"{host.address}:{CLIENT_PORT}" for host in ordered)
