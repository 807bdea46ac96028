"""The network between hosts, measured on packets."""

import socket
from collections.abc import Callable

import pytest

from tricenter.lab.errors import LabError
from tricenter.lab.host import (
    HostSpec,
    create_host,
    delete_host,
    enter_network,
    is_on,
    power_off,
    power_on,
    run_in_host,
    update_addresses,
)
from tricenter.lab.namespaces import MACHINE
from tricenter.lab.network import (
    cut,
    ensure_wan,
    heal,
    isolate,
    links,
    network_statistics,
    rejoin,
    set_link,
)
from tricenter.lab.processes import kill
from tricenter.lab.stack import Stack
from tricenter.lab.sweep import leftovers

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(MACHINE.why_not() is not None, reason=str(MACHINE.why_not())),
]

Make = Callable[..., None]
EchoIn = Callable[[Stack, str], None]
Answers = Callable[[Stack, str, str], bool]


def test_partition_is_real_and_may_be_one_way(
    stack: Stack, make: Make, echo_in: EchoIn, answers: Answers
) -> None:
    """A cut stops packets in the directions that it names, and healing lets them through."""
    make(stack, "one", "two", "three")
    echo_in(stack, "two")
    echo_in(stack, "three")
    address = "10.77.2.11"
    assert answers(stack, "one", address)
    cut(stack, "one", "two")
    assert not answers(stack, "one", address)
    assert answers(stack, "three", address)
    heal(stack, "one", "two")
    assert answers(stack, "one", address)
    cut(stack, "two", "one", one_way=True)
    with enter_network(stack, "one"), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.settimeout(0.3)
        probe.bind(("10.77.1.10", 0))
        probe.sendto(b"there", (address, 7))
        with pytest.raises(TimeoutError):
            probe.recv(10)
    counted = network_statistics(stack)["links"]
    assert counted["one>two"]["packets"] > counted["two>one"]["packets"]
    assert counted["two>one"]["dropped"] >= 1
    heal(stack)
    isolate(stack, "one")
    assert not answers(stack, "one", address)
    assert answers(stack, "two", "10.77.3.10")
    assert all(link.cut == ("one" in (link.source, link.target)) for link in links(stack))
    rejoin(stack, "one")
    assert answers(stack, "one", address)


def test_cut_hits_packets_under_way(stack: Stack, make: Make) -> None:
    """A packet that a cut meets on its way never arrives."""
    make(stack, "one", "two")
    set_link(stack, "one", "two", 1_000_000)
    with enter_network(stack, "two"):
        inbox = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        inbox.bind(("10.77.2.10", 9))
    with enter_network(stack, "one"), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as outbox:
        outbox.sendto(b"late", ("10.77.2.10", 9))
    cut(stack, "one", "two")
    inbox.settimeout(0.8)
    with inbox, pytest.raises(TimeoutError):
        inbox.recv(10)


def test_network_survives_its_process(
    stack: Stack, make: Make, echo_in: EchoIn, answers: Answers
) -> None:
    """When the WAN process dies, the next start takes the same devices and links over."""
    make(stack, "one", "two")
    echo_in(stack, "two")
    cut(stack, "one", "two")
    first = ensure_wan(stack)
    kill(first)
    assert ensure_wan(stack) != first
    assert not answers(stack, "one", "10.77.2.10")
    heal(stack)
    assert answers(stack, "one", "10.77.2.10")


def test_places_and_addresses_come_and_go(
    stack: Stack, make: Make, echo_in: EchoIn, answers: Answers
) -> None:
    """A place without a disk is reached, addresses change while it runs, and it can be deleted."""
    make(stack, "one")
    echo_in(stack, "one")
    place = HostSpec(name="client", addresses=("198.18.0.10",), disk_mib=0, kind="client")
    create_host(stack, place)
    power_on(stack, "client")
    assert is_on(stack, "client")
    assert answers(stack, "client", "10.77.1.10")
    shown = run_in_host(stack, "client", ["cat", "/proc/net/fib_trie"]).stdout
    assert "198.18.0.10" in shown
    update_addresses(stack, "one", ["10.77.1.10", "203.0.113.7"])
    assert answers(stack, "client", "203.0.113.7")
    assert not answers(stack, "client", "10.77.1.11")
    with pytest.raises(LabError, match=r"203\.0\.113\.7 of host client belongs to one"):
        update_addresses(stack, "client", ["203.0.113.7"])
    update_addresses(stack, "client", ["198.18.0.10"])
    power_off(stack, "client")
    assert not answers(stack, "client", "10.77.1.10")
    delete_host(stack, "client")
    delete_host(stack, "client")
    assert [spec.name for spec in stack.hosts()] == ["one"]
    assert {found.name for found in leftovers(stack.id) if found.kind == "namespace"} == {
        f"tc-{stack.id}.one"
    }
