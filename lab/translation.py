"""What a plan says, in the words of a machine without namespaces: addresses, ports and folders.

A plan, its rendered files and every command name what a host has to itself: addresses, port 53,
/srv. Where hosts share one machine, each text is translated on its way into a host, so that the
very same configuration runs.
"""

import re
import sys
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from ipaddress import IPv4Address

INSIDE = ("10", "77")
"""How addresses of sites begin in every plan; the other half is kept, being unique there."""
OTHERS_FROM, OTHERS = 100, 100
"""Third numbers that neither a site (from 1) nor a witness (from 200) has: for all else."""
PRIVILEGED, SHIFT = 1024, 10000
"""Ports below the first are for root alone, so they are moved up: 53 becomes 10053."""
SOURCE = "127.0.0.1"
"""Where the kernel lets every connection to a loopback address come from."""
IDENTITY = "tricenter"
"""The map by which the only user there is may be the databases' owner."""

NUMBERS = r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])"
SUBNET = re.compile(NUMBERS + r"/\d{1,2}")
HOST_RULE = re.compile(r"\s*- host\w* ")
PEER_RULE = re.compile(r"\s*- local .* peer\s*$")
PART = re.compile(r"((?:pg|repo)\d+)-(host(?:-config(?:-include-path)?)?|path|socket-path)=(\S+)")
"""What pgBackRest is told of another host: its name, and folders as they are there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """What the texts of one host become: its folder, its own 127.0.0.1, its peers by name.

    `user` is the ordinary user as whom everything runs, None where services have users.
    """

    stack: str
    home: str
    folder: str
    loopback: str
    user: str | None = None
    folders: Mapping[str, str] = field(default_factory=dict[str, str])
    addresses: Mapping[str, str] = field(default_factory=dict[str, str])


def translate(text: str, dialect: Dialect) -> str:
    """The text as the host must read it; what is translated already stays."""
    named: dict[str, str] = {}
    return "".join(_line(line, dialect, named) for line in text.splitlines(keepends=True))


def local_address(stack_id: str, address: str) -> str:
    """The loopback address that stands for one of a stack; those that are local stay."""
    try:
        numbers = str(IPv4Address(address)).split(".")
    except ValueError:
        return address
    if numbers[0] in ("0", "127", "255"):
        return address
    # Stacks keep apart by their second number; two that share it fail loudly, on a taken port.
    second = 1 + zlib.crc32(stack_id.encode()) % 254
    third = numbers[2]
    if tuple(numbers[:2]) != INSIDE:
        third = str(OTHERS_FROM + zlib.crc32(".".join(numbers[:3]).encode()) % OTHERS)
    return f"127.{second}.{third}.{numbers[3]}"


def own_loopback(stack_id: str, address: str) -> str:
    """What 127.0.0.1 is for a host with this address: nobody else may have the same."""
    return local_address(stack_id, address).rpartition(".")[0] + ".1"


def local_port(port: int) -> int:
    """The port that stands for one of a plan."""
    return port + SHIFT if 0 < port < PRIVILEGED else port


def _line(line: str, dialect: Dialect, named: dict[str, str]) -> str:
    """One line; `named` has the hosts that a section of pgBackRest's file has named so far."""
    if HOST_RULE.match(line):
        return SUBNET.sub(f"{SOURCE}/32", line)
    if dialect.user:
        if PEER_RULE.match(line):
            return f"{line.rstrip()} map={IDENTITY}\n"
        if line == "  pg_hba:\n":
            return f"  pg_ident:\n  - {IDENTITY} {dialect.user} postgres\n{line}"
    if line.startswith("["):
        named.clear()
    if found := PART.match(line):
        which, key, value = found.groups()
        if key == "host" and value in dialect.addresses:
            named[which] = value
            return f"{which}-host={dialect.addresses[value]}\n"
        if which in named:
            dialect = replace(dialect, folder=dialect.folders[named[which]])
    return _words(dialect.home).sub(lambda word: _word(word, dialect), line)


def _word(found: re.Match[str], dialect: Dialect) -> str:
    word = found[0]
    match found.lastgroup:
        case "venv":
            return sys.prefix
        case "place":
            return f"{dialect.folder}{word}"
        case "address" if word == SOURCE:
            return dialect.loopback
        case "address":
            return local_address(dialect.stack, word)
        case "port":
            return word[: -len(found["port"])] + str(local_port(int(found["port"])))
        case _:
            return word


@lru_cache(maxsize=4)
def _words(home: str) -> re.Pattern[str]:
    """All that is translated, found in one pass, so that nothing is translated twice."""
    real = "|".join(map(re.escape, (home, sys.prefix)))  # may lie below a folder that has another
    return re.compile(
        rf"(?P<real>(?<![\w/.-])(?:{real})(?![\w-])[\w./-]*)"
        r"|(?P<venv>/run/tricenter/venv(?![\w-]))"
        r"|(?P<place>(?<![\w/.-])/(?:srv|run|tmp(?=/pgbackrest))(?![\w-]))"
        rf"|(?P<address>{NUMBERS})"
        r'|(?:"(?:dns_)?port": |^local-port=|ifportup\(|local port = )(?P<port>\d+)'
    )
