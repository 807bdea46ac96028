"""The network between hosts: how far apart each pair is, and which pairs are cut."""

from tricenter.lab.network.control import ensure_wan, network_statistics
from tricenter.lab.network.links import (
    cut,
    heal,
    isolate,
    links,
    local_address,
    rejoin,
    set_link,
    set_links,
)

__all__ = [
    "cut",
    "ensure_wan",
    "heal",
    "isolate",
    "links",
    "local_address",
    "network_statistics",
    "rejoin",
    "set_link",
    "set_links",
]
