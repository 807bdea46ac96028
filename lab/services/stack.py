# ruff: noqa: ARG001 - every kind has the same signatures
"""The stack itself: made first, removed last, and with it everything that carries its id."""

from collections.abc import Iterable, Mapping
from typing import Any

from tricenter.lab.errors import LabError
from tricenter.lab.machine import best_network, load_machine
from tricenter.lab.stack import NetworkKind, Stack
from tricenter.lab.unit import Unit
from tricenter.topology.names import logical_name
from tricenter.topology.plan import Plan

KIND = "stack"
COMPONENT = "Topology"
HOLDS_DATA = True


def unit_name(topology: str) -> str:
    """The name of a topology's stack unit."""
    return logical_name(topology, None, "stack")


def units(plan: Plan) -> Iterable[Unit]:
    """One unit, which all others come after."""
    yield Unit(kind=KIND, name=unit_name(plan.topology), host=None, data={})


def apply(stack: Stack, unit: Unit) -> Mapping[str, Any]:
    """Make the stack's directory; its profile may change later, its kind of network cannot."""
    network = None if stack.exists else _network()
    state = stack.create(profile=unit.data.get("profile", "drill"), network=network)
    if "profile" in unit.data and state.profile != unit.data["profile"]:
        state = stack.update(profile=unit.data["profile"])
    return {"profile": state.profile, "network": state.network}


def _network() -> NetworkKind:
    """The kind of network for a topology; LabError where sites cannot have networks of their own.

    Hosts and their services do run on loopback addresses; certificates, name servers and vaults of
    a whole topology do not yet, and half a deployment would tell less than this sentence.
    """
    network = best_network()
    if network == "loopback":
        reason = load_machine("namespaces").why_not() or "TRICENTER_LAB_NETWORK asks for loopback"
        raise LabError(
            "a topology cannot be deployed here: each site needs a network, processes and a disk "
            f"of its own, and {reason}; `tricenter doctor` says what is missing"
        )
    return network


def observe(stack: Stack, unit: Unit) -> Mapping[str, Any] | None:
    """What the stack says of itself."""
    if not stack.exists:
        return None
    state = stack.state()
    return {"profile": state.profile, "network": state.network}


def remove(stack: Stack, unit: Unit) -> None:
    """End and delete everything that carries the stack's id, recorded or not."""
    from tricenter.lab.sweep import sweep

    sweep(stack.id)
