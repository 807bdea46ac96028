"""Types of resources, a row each: `<cloud>/<service>.py` has those of a service, found by scan.

Whoever must know every type reads them here: the guard of what holds data, the take-over of what a
killed run had begun, the search for leftovers and the commands that delete them by hand. A type
that a component makes and that has no row fails tests/test_cloud_types.py.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from tricenter.topology.cloud_types.row import CloudType

CLOUDS = ("aws", "gcp", "lab")


@cache
def types_of(cloud: str) -> tuple[CloudType, ...]:
    """Every row of a cloud, or of the lab, service by service."""
    return tuple(_found(cloud))


@cache
def by_type(cloud: str) -> Mapping[str, CloudType]:
    """The rows of what components make, or may hold data, by Pulumi's token."""
    return {row.type: row for row in types_of(cloud) if row.type is not None}


@cache
def removals(cloud: str) -> Mapping[str, str]:
    """By what leftovers call it: the words of the command that deletes one."""
    return {row.kind: row.removal for row in types_of(cloud) if row.removal}


@cache
def endpoints_of(cloud: str) -> frozenset[str]:
    """The services that a cloud's provider calls for what components make, in its own words."""
    made = ((token, row) for token, row in by_type(cloud).items() if row.known is not None)
    return frozenset(row.endpoint or _module(token, cloud) for token, row in made)


@cache
def holding() -> Mapping[str, str]:
    """By Pulumi's token, of every cloud: what is lost with one that holds data."""
    rows = (row for cloud in CLOUDS for row in types_of(cloud))
    return {row.type: row.holds for row in rows if row.type is not None and row.holds}


def _module(token: str, cloud: str) -> str:
    """What a provider calls a service that is called like the module of its types."""
    name = token.split(":")[1].partition("/")[0]
    return name.upper() if cloud == "gcp" else name


def _found(cloud: str) -> Iterator[CloudType]:
    folder = import_module(f"{__name__}.{cloud}")
    for module in sorted(iter_modules(folder.__path__), key=lambda module: module.name):
        yield from import_module(f"{folder.__name__}.{module.name}").TYPES
