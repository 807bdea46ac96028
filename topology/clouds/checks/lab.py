"""The lab: hosts with addresses of IPv4 alone, and a stand-in for the application without TLS."""

from collections.abc import Iterator

from tricenter.topology.problem import Problem
from tricenter.topology.spec import Topology

ON = ("lab",)
"""The targets that this is asked for; the other files are asked for clouds."""


def check(topology: Topology, target: str) -> Iterator[Problem]:
    """Yield the addresses of public records that no host of the lab can have, and checks that
    nothing of the lab can pass."""
    del target
    for label, record in topology.dns.records.items():
        path = ("dns", "records", label)
        for site, addresses in record.answers.items():
            for index, address in enumerate(addresses):
                if ":" in address:
                    message = (
                        f"the lab's hosts have IPv4 alone, so nothing would answer at {address}: "
                        "leave it to a cloud (--target aws, gcp or mixed)"
                    )
                    where = (*path, "answers", site, index)
                    yield Problem(path=where, id="no-ipv6", message=message)
        if record.latency:
            message = (
                "PowerDNS knows how far clients are by a GeoIP database alone, which the lab has "
                "not (https://doc.powerdns.com/authoritative/lua-records/functions.html): leave "
                "it to Route 53, or write rules by place"
            )
            yield Problem(path=(*path, "latency"), id="no-latency", message=message, at="key")
        if record.check.https:
            message = (
                "on the lab a stand-in for the application answers, which speaks no TLS "
                "(docs/dns.md): write `http`, or leave it to a cloud (--target aws, gcp or mixed)"
            )
            where = (*path, "check", "https")
            yield Problem(path=where, id="no-https", message=message, at="key")
