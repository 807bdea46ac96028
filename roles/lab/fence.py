"""Fencing on the lab: a host that is given up is cut from every other one until it is let in."""

from tricenter.lab.disk import disk_exists
from tricenter.lab.errors import LabError
from tricenter.lab.host import is_on
from tricenter.lab.network.links import isolate, read_matrix, rejoin
from tricenter.lab.stack import Stack
from tricenter.topology.plan import Plan

FENCE = "fence"
"""The reason for which the network of a host is cut; power and other cuts have their own."""


def fenced(stack: Stack) -> tuple[str, ...]:
    """The hosts that are fenced, by name; none without a lab."""
    if not stack.exists:
        return ()
    hosts = read_matrix(stack)["hosts"]
    return tuple(sorted(name for name, entry in hosts.items() if FENCE in entry["isolated"]))


def fence_the_lost(stack: Stack, plan: Plan, to: str) -> tuple[str, ...]:
    """Cut off every host of the store but `to`; returns them.

    Where the lab has no network of its own a fence is not possible: LabError unless the others
    have no power.
    """
    others = [host.name for host in plan.hosts if host.voice and host.name != to]
    if "cut" in stack.can:
        for name in others:
            isolate(stack, name, FENCE)
        return tuple(others)
    alive = [name for name in others if is_on(stack, name)]
    if alive:
        raise LabError(
            f"{', '.join(alive)} cannot be cut off, as all hosts of this lab share one network: "
            "end them first, or two sites may take writes"
        )
    raise LabError(
        "the store has lost its majority, and in a lab on one network nothing keeps the lost "
        "voices apart when they return: bring them back with `tricenter up`, then fail over"
    )


def lift(stack: Stack, host: str) -> None:
    """Let a host's packets through again."""
    rejoin(stack, host, FENCE)


def blank(stack: Stack) -> tuple[str, ...]:
    """The fenced hosts without power whose disk is gone: they know nothing that might be heard."""
    shut_out = (host for host in fenced(stack) if not is_on(stack, host))
    return tuple(host for host in shut_out if not disk_exists(stack, host))
