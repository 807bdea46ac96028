"""Asking the lab's name servers, from any of its places and for any client's subnet."""

from ipaddress import ip_network
from typing import Any

from tricenter.lab.errors import LabError
from tricenter.lab.host import enter_network
from tricenter.lab.machine import machine_of
from tricenter.lab.stack import Stack

PORT = 53


def ask(
    stack: Stack,
    place: str,
    server: str,
    name: str,
    *,
    subnet: str | None = None,
    timeout: float = 1.0,
) -> frozenset[str] | None:
    """The addresses that a server answers in a place; None when it does not answer.

    `subnet` is that of the client on whose behalf a resolver asks. All addresses are the plan's.
    """
    import dns.edns
    import dns.exception
    import dns.flags
    import dns.message
    import dns.query
    import dns.rcode

    machine = machine_of(stack)
    options: list[dns.edns.Option] = []
    if subnet is not None:
        network = ip_network(subnet, strict=False)
        start, _ = machine.reach(stack, str(network.network_address), 0)
        options = [dns.edns.ECSOption(start, network.prefixlen)]
    question = dns.message.make_query(name, "A", use_edns=True, options=options)
    question.flags &= ~dns.flags.RD
    try:
        with enter_network(stack, place):
            address, port = machine.reach(stack, server, PORT)
            answer = dns.query.udp(question, address, timeout=timeout, port=port)
    except (OSError, dns.exception.DNSException, LabError):
        return None
    if answer.rcode() != dns.rcode.NOERROR:
        return None
    found: list[Any] = []
    for records in answer.answer:
        found += records
    return frozenset(machine.planned(stack, str(data)) for data in found)
