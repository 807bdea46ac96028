"""What the network between hosts really carries: echoes sent each way, counted where they arrive.

A raw socket in the receiving host sees each request, so one direction is known without the other.
"""

import os
import select
import socket
import struct
import time
from collections.abc import Iterable, Mapping
from contextlib import ExitStack

from tricenter.lab.host import enter_network
from tricenter.lab.machine import machine_of
from tricenter.lab.stack import Stack

ECHOES = 20
PATIENCE_S = 0.8
"""Longer than any link of a topology is late, and than this machine pauses."""
ECHO_REQUEST = 8
HEADER = struct.Struct("!BBHHH")

Direction = tuple[str, str]


def carried(stack: Stack, addresses: Mapping[str, str]) -> dict[Direction, int]:
    """How many of ECHOES arrived, by sender and receiver; `addresses` are the hosts' first ones.

    Needs a network of the lab's own, where hosts have namespaces.
    """
    mark = int.from_bytes(os.urandom(2))
    counts = {(a, b): 0 for a in addresses for b in addresses if a != b}
    sender = {machine_of(stack).reach(stack, found, 0)[0]: h for h, found in addresses.items()}
    with ExitStack() as opened:
        sockets: dict[str, socket.socket] = {}
        for host in addresses:
            with enter_network(stack, host):
                made = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
            sockets[host] = opened.enter_context(made)
            made.setblocking(False)
        for source, target in counts:
            for number in range(ECHOES):
                try:
                    sockets[source].sendto(echo(mark, number), (addresses[target], 0))
                except OSError:
                    continue  # as good as lost
        _count(sockets, sender, mark, counts)
    return counts


def echo(mark: int, number: int) -> bytes:
    """An ICMP echo request."""
    plain = HEADER.pack(ECHO_REQUEST, 0, 0, mark, number)
    return HEADER.pack(ECHO_REQUEST, 0, checksum(plain), mark, number)


def checksum(data: bytes) -> int:
    """The internet checksum of an even number of bytes."""
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def _count(
    sockets: Mapping[str, socket.socket],
    sender: Mapping[str, str],
    mark: int,
    counts: dict[Direction, int],
) -> None:
    """Count what arrives until all has, or nothing more is to be expected."""
    names = {made.fileno(): host for host, made in sockets.items()}
    deadline = time.monotonic() + PATIENCE_S
    while any(found < ECHOES for found in counts.values()):
        wait = deadline - time.monotonic()
        # Also after the deadline what is there already counts: it was us who came late.
        ready, _, _ = select.select(list(sockets.values()), [], [], max(wait, 0.0))
        if not ready:
            return
        for made in ready:
            for source in _senders(made, mark):
                pair = (sender.get(source, ""), names[made.fileno()])
                if pair in counts:
                    counts[pair] += 1


def _senders(made: socket.socket, mark: int) -> Iterable[str]:
    """The addresses from which echoes of this mark have arrived at a socket."""
    while True:
        try:
            packet, (address, _) = made.recvfrom(256)
        except OSError:
            return
        start = (packet[0] & 0x0F) * 4
        if len(packet) >= start + HEADER.size:
            kind, _, _, found, _ = HEADER.unpack_from(packet, start)
            if (kind, found) == (ECHO_REQUEST, mark):
                yield address
