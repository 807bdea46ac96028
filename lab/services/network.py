"""The network of a host: how far the others are, and that nothing is cut."""

from collections.abc import Iterable, Mapping
from typing import Any

from tricenter.lab.services.host import unit_name as host_name
from tricenter.lab.stack import Stack
from tricenter.lab.unit import Unit
from tricenter.topology.names import logical_name
from tricenter.topology.plan import Plan

KIND = "network"
COMPONENT = "SiteNetwork"
WRITES = None
POWER = "power"
"""A host without power is cut off for this reason, which its own unit looks after."""


def units(plan: Plan) -> Iterable[Unit]:
    """One unit for each host: the packets that it sends, so that every direction has one owner."""
    everyone = tuple(host_name(plan.topology, host.name) for host in plan.hosts)
    for host in plan.hosts:
        away = {
            next(end for end in link.between if end != host.name): round(link.rtt * 1e6)
            for link in plan.links
            if host.name in link.between
        }
        yield Unit(
            kind=KIND,
            name=logical_name(plan.topology, host.name, KIND),
            host=host.name,
            data={"rtt_us": away},
            after=everyone,
        )


def apply(stack: Stack, unit: Unit) -> Mapping[str, Any]:
    """Set the delays and heal what was cut."""
    from tricenter.lab.network.links import rejoin, set_links
    from tricenter.lab.records import LinkSetting

    host = str(unit.host)
    rtts: Mapping[str, int] = unit.data["rtt_us"]
    set_links(
        stack,
        [
            LinkSetting(a=host, b=peer, rtt_us=rtt, cut=False, loss=0.0, one_way=True)
            for peer, rtt in rtts.items()
        ],
    )
    rejoin(stack, host)
    return observe(stack, unit) or {}


def observe(stack: Stack, unit: Unit) -> Mapping[str, Any] | None:
    """The delays in force, and the hosts that packets do not reach."""
    from tricenter.lab.network.links import read_matrix

    matrix = read_matrix(stack)
    here = matrix["hosts"].get(unit.host)
    if here is None:
        return None
    peers: Mapping[str, int] = unit.data["rtt_us"]
    links = {peer: matrix["links"].get(f"{unit.host}>{peer}", {}) for peer in sorted(peers)}
    return {
        "delay_us": {peer: link.get("delay_us", 0) for peer, link in links.items()},
        "cut": [peer for peer, link in links.items() if link.get("cut") or link.get("loss")],
        "isolated": any(reason != POWER for reason in here["isolated"]),
    }


def remove(stack: Stack, unit: Unit) -> None:
    """Nothing: the links go with the host."""
