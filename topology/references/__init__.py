"""What the parts of a topology say of each other: every file here checks one noun of the spec."""

from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from tricenter.topology.problem import Problem
from tricenter.topology.spec import Topology

Check = Callable[[Topology], Iterator[Problem]]


@cache
def find_checks() -> tuple[Check, ...]:
    """The `check` function of every file in this folder, by the file's name."""
    names = sorted(module.name for module in iter_modules(__path__))
    return tuple(import_module(f"{__name__}.{name}").check for name in names)


def check_references(topology: Topology) -> Iterator[Problem]:
    """Everything that the parts of a topology get wrong about each other."""
    for check in find_checks():
        yield from check(topology)
