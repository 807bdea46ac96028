"""Each address of a public name is one that a client can reach."""

from collections.abc import Iterator
from ipaddress import ip_address

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.rule import Finding, Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Addresses of no host: 0.0.0.0, loopback, multicast, link-local, broadcast, reserved ones.

    Private ones are left alone, since a lab or a bank's own network may use them; what public DNS
    cannot have is refused on clouds.
    """
    for label, record in sorted(facts.topology.dns.records.items()):
        for site, addresses in sorted(record.answers.items()):
            for index, address in enumerate(addresses):
                what = kind(address)
                if what:
                    message = f"{address} is {what}: no client of {label} reaches {site} by it"
                    path = ("dns", "records", label, "answers", site, index)
                    yield Finding(path=path, message=message)


def kind(address: str) -> str:
    """What makes an address useless for clients; nothing for one that may be a host's."""
    found = ip_address(address)
    if found.is_unspecified:
        return "no address"
    if found.is_loopback:
        return "a loopback address"
    if found.is_multicast:
        return "a multicast address"
    if found.is_link_local:
        return "a link-local address"
    return "a reserved address" if found.is_reserved else ""


RULE = Rule(
    severity="high",
    clauses=(cite("practice", "RFC 6890"),),
    fix="write the address of the site's front door",
    passes="dns: {records: {api: {answers: {binjiang: [203.0.113.11, 203.0.113.12]}}}}",
    fails="dns: {records: {api: {answers: {binjiang: [0.0.0.0, 203.0.113.12]}}}}",
    find=find,
)
