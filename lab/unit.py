"""A unit: one thing that the lab makes for a plan, and the contract of the modules that make it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Protocol, cast

from tricenter.lab.stack import Stack
from tricenter.topology.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One thing to make. `data` is JSON and holds all that it depends on, and no secret.

    `name` is unique in a plan and never says a role; `host` is where it lives, None for the
    whole stack; `after` names the units that must be there first.
    """

    kind: str
    name: str
    host: str | None
    data: Mapping[str, Any] = field(default_factory=dict[str, Any])
    after: tuple[str, ...] = ()


class Kind(Protocol):
    """A module of lab/services: it plans, makes, observes and removes one kind of unit.

    `apply` creates or updates in place, may be repeated, and returns once the unit is ready
    (bounded by a named wait; LabError with the reason after it). `observe` is the data of what
    is really there, or None; it never starts anything. `remove` may be repeated and works when
    half of the unit, or its host, is gone. `WRITES` is the folder below which its `files` are, as
    its host has it; None for a kind without files.
    """

    KIND: str
    COMPONENT: str
    WRITES: str | None

    def units(self, plan: Plan) -> Iterable[Unit]: ...

    def apply(self, stack: Stack, unit: Unit) -> Mapping[str, Any]: ...

    def observe(self, stack: Stack, unit: Unit) -> Mapping[str, Any] | None: ...

    def remove(self, stack: Stack, unit: Unit) -> None: ...


def find_kinds() -> dict[str, Kind]:
    """Every kind of unit, found by looking into lab/services."""
    package = import_module("tricenter.lab.services")
    found: dict[str, Kind] = {}
    for module in sorted(entry.name for entry in iter_modules(package.__path__)):
        loaded = import_module(f"{package.__name__}.{module}")
        if hasattr(loaded, "KIND"):
            found[loaded.KIND] = cast(Kind, loaded)
    return found


def plan_units(plan: Plan) -> tuple[Unit, ...]:
    """Every unit of a plan, in an order in which each comes after what it needs."""
    waiting = {unit.name: unit for kind in find_kinds().values() for unit in kind.units(plan)}
    ordered: dict[str, Unit] = {}
    while waiting:
        free = sorted(n for n, u in waiting.items() if all(a not in waiting for a in u.after))
        if not free:
            raise ValueError(f"units wait for each other: {', '.join(sorted(waiting))}")
        ordered |= {name: waiting.pop(name) for name in free}
    return tuple(ordered.values())
