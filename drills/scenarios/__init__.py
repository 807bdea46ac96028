"""Scenarios that can be drilled: one file each, named after the forecast's class."""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import Protocol, cast

from tricenter.drills.faults import Fault
from tricenter.topology.errors import TricenterError
from tricenter.topology.plan import Plan


class NoSuchScenario(TricenterError):
    """A scenario, or what it is to strike, is not there; the text says what is."""

    exit_code = 2


class Scenario(Protocol):
    """A module of this folder.

    `aim` says what to strike, as the target of the scenario's id, given who leads now;
    NoSuchScenario where the wish cannot be met. `fault` is what then breaks, in a stack that can
    do what `can` says; `destruction` is the same with the disks, after which all is built anew.
    """

    KIND: str
    SUMMARY: str

    def aim(
        self, plan: Plan, roles: Mapping[str, str], database: str | None, site: str | None
    ) -> str: ...

    def fault(self, target: str, can: frozenset[str]) -> Fault: ...

    def destruction(self, target: str, can: frozenset[str]) -> Fault: ...


def find_scenarios() -> dict[str, Scenario]:
    """Every scenario by its class."""
    names = sorted(entry.name for entry in iter_modules(__path__))
    modules = [cast(Scenario, import_module(f"{__name__}.{name}")) for name in names]
    return {module.KIND: module for module in modules}


def load_scenario(kind: str) -> Scenario:
    """The scenario of a class; NoSuchScenario names those that there are."""
    known = find_scenarios()
    if kind not in known:
        raise NoSuchScenario(f"no drill for {kind!r}; there are: {', '.join(known)}")
    return known[kind]
