"""Addresses: a public zone answers with addresses that the public can reach."""

from collections.abc import Iterator
from ipaddress import ip_address

from tricenter.topology.problem import Problem
from tricenter.topology.spec import Topology


def check(topology: Topology, target: str) -> Iterator[Problem]:
    """Yield the addresses of public records that are private, or kept for documentation."""
    del target
    for label, record in topology.dns.records.items():
        for site, addresses in record.answers.items():
            for index, address in enumerate(addresses):
                # RFC 5737's ranges for documentation are no global addresses either.
                if not ip_address(address).is_global:
                    message = (
                        f"{address} cannot be reached from the internet, so it is no answer of a "
                        "public zone (addresses for documentation are accepted offline and on the "
                        "lab)"
                    )
                    path = ("dns", "records", label, "answers", site, index)
                    yield Problem(path=path, id="not-public", message=message)
