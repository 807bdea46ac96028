"""The load of databases: what a site must carry that leads them."""

from collections.abc import Iterable

from tricenter.topology.spec import Topology

CAPACITIES = ("tps", "connections")
"""What loads and capacities are stated in."""


def load_of(topology: Topology, databases: Iterable[str], key: str) -> int:
    """The sum of some databases' load, in transactions a second or in connections."""
    return sum(getattr(topology.databases[name].load, key) for name in databases)
