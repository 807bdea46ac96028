"""Who calls a port of 127.0.0.1: a listener of ours answers only the user whom it runs as.

Every user of a machine reaches its loopback ports, and the engine gives a plugin no secret that
could be asked for. The kernel knows whose socket the far end is: setup/socket_diag.py asks it, and
where it answers no such question, its tables are read:
https://docs.kernel.org/networking/proc_net_tcp.html (read 2026-11-30).
"""

import os
import socket
import struct
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from typing import Any

from tricenter.setup.socket_diag import End, held_by

TABLES = tuple(map(Path, ("/proc/self/net/tcp", "/proc/self/net/tcp6")))
REFUSAL = "this port answers only the user whom it was opened for"
LOCAL, REMOTE, USER, INODE = 1, 2, 7, 9
"""Columns of a table."""
NOBODY_HOLDS = 0
"""The inode of a socket whose process has closed it, which the kernel shows as root's."""


def may_call(here: tuple[str, int], caller: tuple[str, int]) -> bool:
    """Whether the far end of a TCP connection within this machine is held by our own user.

    A far end that nobody holds any more is refused: whose it was is not known. Outside Linux there
    is no such table, and every caller is taken.
    """
    wanted = (_end(caller), _end(here))
    try:
        told = held_by(*wanted)
    except (AttributeError, OSError):  # outside Linux, or where a sandbox has no such socket
        return _table_says(*wanted)
    if told is None:
        return False
    user, inode = told
    return inode != NOBODY_HOLDS and user == os.geteuid()


def _table_says(local: End, remote: End) -> bool:
    known = [table for table in TABLES if table.exists()]
    if not known and not Path("/proc/self/stat").exists():
        return True
    users = {user for table in known for user in _holders(table, local, remote)}
    return users == {os.geteuid()}


def _holders(table: Path, local: End, remote: End) -> frozenset[int]:
    """The users who hold a socket with these two ends."""
    ends = (f":{local[1]:04X}", f":{remote[1]:04X}")
    found: set[int] = set()
    for line in table.read_text(encoding="ascii").splitlines()[1:]:
        row = line.split()
        if not row[LOCAL].endswith(ends[0]) or not row[REMOTE].endswith(ends[1]):
            continue
        held = int(row[INODE]) != NOBODY_HOLDS
        if held and (_read(row[LOCAL]), _read(row[REMOTE])) == (local, remote):
            found.add(int(row[USER]))
    return frozenset(found)


def _read(text: str) -> End:
    """An end as a table has it: words of 32 bits in the machine's own order, then the port."""
    digits, _, port = text.partition(":")
    words = [int(digits[at : at + 8], 16) for at in range(0, len(digits), 8)]
    packed = struct.pack(f"={len(words)}I", *words)
    return _end((socket.inet_ntop(FAMILIES[len(packed)], packed), int(port, 16)))


FAMILIES = {4: socket.AF_INET, 16: socket.AF_INET6}


def _end(end: tuple[str, int]) -> End:
    address = ip_address(end[0])
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return address, end[1]


class OwnCallers:
    """For a server of `socketserver`, before its other bases: others' connections are closed."""

    def verify_request(self, request: Any, client_address: Any) -> bool:
        """Whether the far end of a connection is our own user's."""
        del client_address
        try:
            return may_call(request.getsockname()[:2], request.getpeername()[:2])
        except OSError:
            return False  # it has hung up
