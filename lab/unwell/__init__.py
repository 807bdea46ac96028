"""What is unwell in a stack: each kind has a module in `kinds/`, found by looking there."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Literal, Protocol, cast

from tricenter.lab.at_once import at_once
from tricenter.lab.errors import LabError
from tricenter.topology.plan import Plan

if TYPE_CHECKING:
    from tricenter.lab.observed import Status
    from tricenter.lab.stack import Stack

Measure = Literal["commits", "failover", "names", "archive", "restore"]
"""What a promise rests on: `commits` an acknowledged write is in another site; `failover` another
site takes over in its time; `names` clients are sent to it; `archive` the newest moments can be
restored; `restore` there is a backup to restore from."""

Mends = Literal["itself", "up", "verb", "person"]
"""Who mends it: it heals by itself, `tricenter up` does, the verb in `next` does, or a person."""

UP = "tricenter up"
"""The next command where deploying once more mends it."""

EVERY = "*"
"""In place of a database: all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaks:
    """One measure that does not hold at this moment, of one database or of EVERY one."""

    measure: Measure
    database: str = EVERY


@dataclass(frozen=True, slots=True, kw_only=True)
class Unwell:
    """One thing that is unwell. `code` is stable and for machines, `says` a sentence.

    `where` is a host, a database, or `database/site`. `next` is the one next command, as it is
    typed, None where there is nothing to do but wait. `breaks` is empty where every promise of
    the spec still holds.
    """

    code: str
    where: str
    says: str
    next: str | None = None
    mends: Mends = "person"
    breaks: tuple[Breaks, ...] = ()


class Kind(Protocol):
    """A module of `kinds/`: what of one sort is unwell. `find` asks, and never changes anything.

    `seen` is what was asked already; its `unwell` and `promises` are empty meanwhile. A host that
    is off is said once, by `hosts`: whatever follows from it is not said again.
    """

    def find(self, stack: "Stack", plan: Plan, seen: "Status") -> Iterable[Unwell]: ...


def find_kinds() -> dict[str, Kind]:
    """Every kind by the name of its module."""
    package = import_module("tricenter.lab.unwell.kinds")
    names = sorted(entry.name for entry in iter_modules(package.__path__))
    return {name: cast(Kind, import_module(f"{package.__name__}.{name}")) for name in names}


def look(stack: "Stack", plan: Plan, seen: "Status") -> tuple[Unwell, ...]:
    """Everything that is unwell, all kinds asked side by side; what breaks a promise first."""

    def find(kind: Kind) -> tuple[Unwell, ...]:
        try:
            return tuple(kind.find(stack, plan, seen))
        except LabError:
            return ()  # a host went away while it was asked: the next look says so

    found = [entry for kind in at_once(find, find_kinds().values()) for entry in kind]
    return tuple(sorted(found, key=lambda entry: not entry.breaks))


def on(seen: "Status") -> Iterator[str]:
    """The hosts that have power, by name."""
    return (host.name for host in seen.hosts if host.on)
