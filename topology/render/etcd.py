"""etcd's configuration: one member for each voice of the topology."""

from collections.abc import Iterator

from tricenter.topology import election
from tricenter.topology.plan import Plan
from tricenter.topology.render import RenderedFile, fill

CLIENT_PORT = 2379
PEER_PORT = 2380
HISTORY = "10m"
"""How long the store keeps former values. Nobody reads them: Patroni watches from now on. Each
database writes up to a kilobyte a second (its members' positions; the lab, 2026-11-30), so the
usual hour would grow with the databases until it fills the quota."""
ENTRIES = 10000
"""Entries of the log until a snapshot, as etcd 3.6 has it; older ones keep 100,000. A voice that
joins replays what is kept, also what filled the store before it was relieved."""
LARGEST_MIB, SMALLEST_MIB = 128, 32
SEGMENTS_MIB = 192
"""Three segments of etcd's write-ahead log of 64 MB: two that are kept and the next one."""


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
            "client_url": f"https://{host.address}:{CLIENT_PORT}",
            "own_url": f"https://127.0.0.1:{CLIENT_PORT}",
            "peer_url": f"https://{host.address}:{PEER_PORT}",
            "heartbeat": heartbeat,
            "entries": ENTRIES,
            "history": HISTORY,
            "quota": quota_bytes(plan),
            "election": heartbeat * election.TICKS,
        }
        yield RenderedFile(path=f"{host.name}/etcd/etcd.yml", text=fill("etcd.yml.j2", values))


def quota_bytes(plan: Plan) -> int:
    """From which size on the store refuses writes, the same for every voice.

    What is in force takes less than 1 MiB for 20 databases; the quota keeps history, or keys of
    somebody else, from filling the disk that the databases share. Half of what the log leaves of
    the smallest disk, since a defragmentation writes a second file beside the first.
    """
    disks = [host.disk_mib for host in plan.hosts if host.voice and host.disk_mib]
    room = (min(disks, default=LARGEST_MIB * 4) - SEGMENTS_MIB) // 2
    return max(SMALLEST_MIB, min(LARGEST_MIB, room)) << 20


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
