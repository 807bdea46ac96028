"""The lab's addresses: hosts in 10.77.0.0/16, public names in 10.78.0.0/16, more in 10.128.0.0/9.

An address depends on what it is for alone, so nothing moves when a spec grows.
"""

from ipaddress import IPv4Address, IPv4Network

HOSTS, PUBLIC = IPv4Network("10.77.0.0/16"), IPv4Network("10.78.0.0/16")
MORE_HOSTS, MORE_PUBLIC = IPv4Network("10.128.0.0/10"), IPv4Network("10.192.0.0/10")
RANGES = (HOSTS, PUBLIC, MORE_HOSTS, MORE_PUBLIC)
"""What the lab gives out; a spec's own addresses are elsewhere."""
FIRST_SLOT = 10
FIRST_WITNESS = 200
"""The third number of a witness; sites count from 1."""
LAST = 255
SLOTS = 4096
"""Addresses of a host in the wider range: more than the databases of a spec."""
FIRST_WIDE_WITNESS = 512
"""Witnesses come after the most sites that a spec may have."""
SLOTS_OF_A_RECORD = 8


def site_address(index: int, slot: int) -> str:
    """An address of the site at a place in the order of names: slot 0 is infrastructure, slot n
    the n-th database."""
    if index + 1 < FIRST_WITNESS and FIRST_SLOT + slot <= LAST:
        return str(HOSTS[(index + 1) * 256 + FIRST_SLOT + slot])
    return str(_wide(MORE_HOSTS, index, SLOTS, FIRST_SLOT + slot))


def witness_address(index: int) -> str:
    """The address of the witness at a place in the order of names."""
    if FIRST_WITNESS + index <= LAST:
        return str(HOSTS[(FIRST_WITNESS + index) * 256 + FIRST_SLOT])
    return str(_wide(MORE_HOSTS, FIRST_WIDE_WITNESS + index, SLOTS, FIRST_SLOT))


def public_address(index: int, record: int, slot: int) -> str:
    """An address of a public name at a site, for records that leave their addresses to us."""
    place = record * SLOTS_OF_A_RECORD + slot + 1
    if index + 1 <= LAST and place < LAST:
        return str(PUBLIC[(index + 1) * 256 + place])
    return str(_wide(MORE_PUBLIC, index, 2 * SLOTS, place))


def is_the_labs(address: str) -> bool:
    """Whether an address is of the lab's own ranges."""
    return ":" not in address and any(IPv4Address(address) in network for network in RANGES)


def _wide(network: IPv4Network, index: int, size: int, place: int) -> IPv4Address:
    return network[index * size + place]
