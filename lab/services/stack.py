# ruff: noqa: ARG001 - every kind has the same signatures
"""The stack itself: made first, removed last, and with it everything that carries its id."""

import logging
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tricenter.lab.errors import LabError
from tricenter.lab.machine import load_machine
from tricenter.lab.stack import Stack
from tricenter.lab.unit import Unit
from tricenter.setup.project import find_project_file, project_file
from tricenter.topology.names import logical_name
from tricenter.topology.plan import Plan

KIND = "stack"
COMPONENT = "Topology"
WRITES = None
HOLDS_DATA = True

log = logging.getLogger(__name__)


def unit_name(topology: str) -> str:
    """The name of a topology's stack unit."""
    return logical_name(topology, None, "stack")


def units(plan: Plan) -> Iterable[Unit]:
    """One unit, which all others come after."""
    yield Unit(kind=KIND, name=unit_name(plan.topology), host=None, data={})


def apply(stack: Stack, unit: Unit) -> Mapping[str, Any]:
    """Make the stack's directory; its profile may change later, its kind of network cannot.

    LabError where it is a lab of another project: two topologies of one name are two.
    """
    fresh = not stack.exists
    project = _project()
    state = stack.create(profile=unit.data.get("profile", "drill"), project=project)
    if project is not None and state.project != project:
        if state.project is not None and project_file(Path(state.project)) is not None:
            raise LabError(
                f"lab {stack.id} belongs to the project in {state.project}, and this one is in "
                f"{project}: give the topology or the stack another name"
            )
        state = stack.update(project=project)
    if fresh and state.network == "loopback":
        log.warning("%s", limits_text(stack))
    if "profile" in unit.data and state.profile != unit.data["profile"]:
        state = stack.update(profile=unit.data["profile"])
    return {"profile": state.profile, "network": state.network}


def _project() -> str | None:
    """The folder of the project that is deployed: the engine starts its plugins there."""
    file = find_project_file(Path.cwd())
    return str(file.parent) if file else None


def limits_text(stack: Stack) -> str:
    """Why this stack has to do without namespaces, and what that takes from it."""
    reason = load_machine("namespaces").why_not() or "TRICENTER_LAB_NETWORK asks for it"
    lines = [f"no namespaces ({reason}): sites share the loopback network. What that means:"]
    return "\n".join([*lines, *(f"- {limit}" for limit in stack.limits)])


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
