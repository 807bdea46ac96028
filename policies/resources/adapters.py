"""The adapters: a folder a cloud, a module a service, found by looking into the folders."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path

from tricenter.policies.resources.facts import Fact, Unreadable
from tricenter.policies.resources.resource import Resource
from tricenter.policies.resources.shared import shared
from tricenter.policies.resources.stamps import stamp

HERE = Path(__file__).resolve().parent
PACKAGE = "tricenter.policies.resources"

Read = Callable[[Resource], Iterable[Fact]]
"""From a resource of one type to what is to say of it."""


@cache
def find_adapters() -> Mapping[str, Read]:
    """By type token, what reads a resource of that type."""
    files = sorted(path for path in HERE.glob("*/*.py") if path.stem != "__init__")
    found: dict[str, Read] = {}
    for path in files:
        found |= import_module(f"{PACKAGE}.{path.parent.name}.{path.stem}").READS
    return found


def facts_of(made: Resource) -> Iterator[Fact]:
    """Every fact about a resource: that of its type, its tags, the passwords in it."""
    read = find_adapters().get(made.type)
    if read is not None:
        try:
            yield from tuple(read(made))
        except (AttributeError, LookupError, TypeError, ValueError):
            yield Unreadable(place=made.place, title=made.name)
    yield from stamp(made)
    yield from shared(made)
