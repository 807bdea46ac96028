"""The words of a two-site three-center topology: its home city, its city sites, its remote ones."""

from collections import Counter

from tricenter.topology.spec import Topology


def home_city(topology: Topology) -> str:
    """The city whose sites prefer to lead most of the load; of equals the first by name."""
    led: Counter[str] = Counter()
    for database in topology.databases.values():
        led[topology.sites[database.prefer].city] += database.load.tps
    return max(sorted(led), key=lambda city: led[city])


def city_sites(topology: Topology) -> tuple[str, ...]:
    """The sites of the home city, by name."""
    home = home_city(topology)
    return tuple(sorted(name for name, site in topology.sites.items() if site.city == home))


def remote_sites(topology: Topology) -> tuple[str, ...]:
    """The sites of other cities, by name."""
    home = home_city(topology)
    return tuple(sorted(name for name, site in topology.sites.items() if site.city != home))


def copies_of(topology: Topology, database: str) -> tuple[str, ...]:
    """The sites that hold a database: the preferred one first, then its replicas by name."""
    found = topology.databases[database]
    return found.prefer, *sorted(found.replicas)
