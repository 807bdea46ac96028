"""Faults: what a drill breaks in its own stack; each undoes itself. One file a fault."""

from collections.abc import Generator
from contextlib import contextmanager
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Protocol

from tricenter.drills.history import Writer
from tricenter.lab.stack import Stack


class Fault(Protocol):
    """Something that breaks.

    `inject` may fail half done. `heal` works from any state, on a lab that was never harmed, and
    twice in a row. Both return when what they did is in force.
    """

    @property
    def name(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def sites(self) -> tuple[str, ...]: ...

    def inject(self, stack: Stack) -> None: ...

    def heal(self, stack: Stack) -> None: ...


class FaultModule(Protocol):
    """A module of this folder: `of` makes its fault for a site; `cut`: networks can be cut."""

    def of(self, site: str, *, cut: bool = True) -> Fault: ...


def find_faults() -> dict[str, FaultModule]:
    """Every kind of fault by its name."""
    names = sorted(entry.name for entry in iter_modules(__path__))
    return {
        name.replace("_", "-"): import_module(f"{__name__}.{name}")  # pyright: ignore[reportReturnType]
        for name in names
    }


@contextmanager
def during(fault: Fault, stack: Stack, history: Writer) -> Generator[None]:
    """Harm the stack while the block runs; it is healed even when the harm was only half done.

    Intent and effect are events of their own: `fault-start` before anything breaks, `fault-on`
    when all of it is in force.
    """
    facts: dict[str, Any] = {"fault": fault.name, "sites": list(fault.sites)}
    history.add("fault-start", **facts)
    try:
        fault.inject(stack)
        history.add("fault-on", **facts)
        yield
    finally:
        history.add("heal-start", **facts)
        fault.heal(stack)
        history.add("fault-end", **facts)
