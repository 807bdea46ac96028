"""Addresses: a public zone answers with addresses that the public can reach."""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, ip_address

from tricenter.topology.placement import place_sites
from tricenter.topology.problem import Problem
from tricenter.topology.spec import Topology


def check(topology: Topology, target: str) -> Iterator[Problem]:
    """Yield the addresses of public records that are private, kept for documentation, or a
    machine's own."""
    networks = {
        IPv4Network(place.network): name for name, place in place_sites(topology, target).items()
    }
    for label, record in topology.dns.records.items():
        named = [(("answers", site), found) for site, found in record.answers.items()]
        for where, addresses in (*named, (("last_resort",), record.last_resort)):
            for index, address in enumerate(addresses):
                path = ("dns", "records", label, *where, index)
                owner = _owner(networks, address)
                if owner is not None:
                    message = f"{address} is in the network of the machines of {owner}"
                    yield Problem(path=path, id="address-taken", message=message)
                    continue
                # RFC 5737's ranges for documentation are no global addresses either.
                if not ip_address(address).is_global:
                    message = (
                        f"{address} cannot be reached from the internet, so it is no answer of a "
                        "public zone (addresses for documentation are accepted offline and on the "
                        "lab)"
                    )
                    yield Problem(path=path, id="not-public", message=message)


def _owner(networks: dict[IPv4Network, str], address: str) -> str | None:
    """The site in whose network an address is, None if in none."""
    if ":" in address:
        return None
    held = (name for network, name in networks.items() if IPv4Address(address) in network)
    return next(held, None)
