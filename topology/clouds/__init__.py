"""The clouds as the core knows them: dated catalogs, and checks of a spec against a target."""

from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from tricenter.topology.placement import clouds_of
from tricenter.topology.problem import Problem
from tricenter.topology.spec import Topology

Check = Callable[[Topology, str], Iterator[Problem]]


@cache
def find_checks() -> tuple[Check, ...]:
    """The `check` function of every file in checks/, by the file's name."""
    package = import_module(f"{__name__}.checks")
    names = sorted(module.name for module in iter_modules(package.__path__))
    return tuple(import_module(f"{package.__name__}.{name}").check for name in names)


def find_misplaced(topology: Topology, target: str, *, offline: bool) -> tuple[Problem, ...]:
    """Everything in a spec that a target cannot have; nothing for the lab.

    `offline` says that the clouds are emulated: then addresses for documentation are accepted.
    """
    if not clouds_of(target):
        return ()
    found = tuple(problem for check in find_checks() for problem in check(topology, target))
    return tuple(p for p in found if not (offline and p.id == "not-public"))
