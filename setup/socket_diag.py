"""Who holds the end of a TCP connection, asked of the kernel by one message: sock_diag(7).

The tables of /proc say the same, and the kernel walks all of its sockets to write them: some ten
milliseconds, which a plugin would spend at each of thousands of calls.
"""

import errno
import os
import socket
import struct
from ipaddress import IPv4Address, IPv6Address

End = tuple[IPv4Address | IPv6Address, int]

NETLINK_SOCK_DIAG, SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST, NLMSG_ERROR = 4, 20, 1, 2
"""Of linux/netlink.h and linux/sock_diag.h."""
ANY_STATE, ANY_COOKIE = 0xFFFFFFFF, b"\xff" * 8
HEADER = struct.Struct("=IHHII")
REQUEST = struct.Struct("=BBBxI")
"""struct inet_diag_req_v2 up to the two ends."""
ENDS = struct.Struct("!HH16s16s4x8s")
"""struct inet_diag_sockid: ports and addresses in the order of the network."""
ANSWER = struct.Struct("=BBBB48sIIIII")
"""struct inet_diag_msg: family, state, two of timers, the ends, then numbers: the last two are the
user and the inode."""
PATIENCE_S = 5.0


def held_by(local: End, remote: End) -> tuple[int, int] | None:
    """The user and the inode of the socket with these two ends; None where there is none.

    The inode is zero when no process holds the socket any more. Raises OSError where the kernel
    does not answer such questions.
    """
    family = socket.AF_INET if local[0].version == 4 else socket.AF_INET6
    ends = ENDS.pack(local[1], remote[1], local[0].packed, remote[0].packed, ANY_COOKIE)
    body = REQUEST.pack(family, socket.IPPROTO_TCP, 0, ANY_STATE) + ends
    size = HEADER.size + len(body)
    asked = HEADER.pack(size, SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST, 1, 0) + body
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_SOCK_DIAG) as kernel:
        kernel.settimeout(PATIENCE_S)
        kernel.sendto(asked, (0, 0))
        told = kernel.recv(4096)
    return _read(told, ends)


def _read(told: bytes, ends: bytes) -> tuple[int, int] | None:
    _, kind, _, _, _ = HEADER.unpack_from(told)
    if kind == NLMSG_ERROR:
        (code,) = struct.unpack_from("=i", told, HEADER.size)
        if code == -errno.ENOENT:
            return None
        raise OSError(-code, os.strerror(-code))
    _, _, _, _, found, _, _, _, user, inode = ANSWER.unpack_from(told, HEADER.size)
    # Where nothing is connected so, the kernel names who listens there.
    return (user, inode) if _named(found) == _named(ends) else None


def _named(ends: bytes) -> tuple[int, int, bytes, bytes]:
    """Ports and addresses; IPv4 within IPv6 as IPv4."""
    here, there, *addresses, _ = ENDS.unpack(ends)
    mapped = b"\x00" * 10 + b"\xff\xff"
    plain = [a[12:] + b"\x00" * 12 if a.startswith(mapped) else a for a in addresses]
    return here, there, plain[0], plain[1]
