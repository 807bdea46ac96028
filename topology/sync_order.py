"""Which voters a database's leader would rather wait for: what `sync` commits go by."""

from tricenter.topology.links import link_between
from tricenter.topology.spec import Topology


def sync_order(topology: Topology, database: str) -> tuple[str, ...]:
    """The sites that may acknowledge commits or lead, the preferred one first, then the nearest.

    With `sync` Patroni keeps whoever is synchronous for as long as it streams, also the farthest
    after a restart of the nearest; by the tag sync_priority it changes back within its rounds
    (patroni/postgresql/sync.py 4.1.5, _ReplicaList, 2026-11-30).
    """
    spec = topology.databases[database]
    voters = [site for site, replica in spec.replicas.items() if replica.voter]
    rtt = {site: link_between(topology, spec.prefer, site).rtt for site in voters}
    home = topology.sites[spec.prefer].city
    voters.sort(key=lambda site: (topology.sites[site].city != home, rtt[site], site))
    return (spec.prefer, *voters)
