"""The clouds as the core knows them: dated catalogs, and checks of a spec against a target."""

from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from tricenter.topology.placement import CLOUDS
from tricenter.topology.problem import Problem
from tricenter.topology.spec import Topology

ON_CLOUDS = tuple(target for target, clouds in CLOUDS.items() if clouds)
ACCEPTED_OFFLINE = frozenset({"not-public", "retired-version"})
Check = Callable[[Topology, str], Iterator[Problem]]


@cache
def find_checks(target: str) -> tuple[Check, ...]:
    """The `check` function of every file in checks/ that is asked for a target, by its name.

    A file says so in `ON`; one without it is about clouds.
    """
    package = import_module(f"{__name__}.checks")
    names = sorted(module.name for module in iter_modules(package.__path__))
    modules = [import_module(f"{package.__name__}.{name}") for name in names]
    return tuple(one.check for one in modules if target in getattr(one, "ON", ON_CLOUDS))


def find_misplaced(topology: Topology, target: str, *, offline: bool) -> tuple[Problem, ...]:
    """Everything in a spec that a target cannot have.

    `offline` says that the clouds are emulated: then addresses for documentation are accepted, and
    versions that a cloud has retired, which whoever runs them has still.
    """
    found = tuple(problem for check in find_checks(target) for problem in check(topology, target))
    return tuple(p for p in found if not (offline and p.id in ACCEPTED_OFFLINE))
