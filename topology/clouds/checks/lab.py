"""The lab: hosts with addresses of IPv4 alone."""

from collections.abc import Iterator

from tricenter.topology.problem import Problem
from tricenter.topology.spec import Topology

ON = ("lab",)
"""The targets that this is asked for; the other files are asked for clouds."""


def check(topology: Topology, target: str) -> Iterator[Problem]:
    """Yield the addresses of public records that no host of the lab can have."""
    del target
    for label, record in topology.dns.records.items():
        for site, addresses in record.answers.items():
            for index, address in enumerate(addresses):
                if ":" in address:
                    message = (
                        f"the lab's hosts have IPv4 alone, so nothing would answer at {address}: "
                        "leave it to a cloud (--target aws, gcp or mixed)"
                    )
                    path = ("dns", "records", label, "answers", site, index)
                    yield Problem(path=path, id="no-ipv6", message=message)
