"""A cloud's catalog: the regions, versions and machines that specs may name there."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module

from tricenter.topology.placement import Cloud


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service that runs databases: the versions it offers and the machines it takes.

    `versions` are major versions of PostgreSQL; `minor` says whether a version names a minor one.
    `machine` is the pattern of its words for sizes, `example` one of them, its default. `spans`
    is whether sites of one city may be in different regions.
    """

    title: str
    versions: tuple[str, ...]
    minor: bool
    machine: re.Pattern[str]
    example: str
    spans: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """What a cloud offers, as tricenter knew it on the day `dated`.

    `source` says what of it was compared with data of the cloud's maker; the rest was written
    down from its documentation, and the cloud itself has the last word.
    """

    title: str
    dated: str
    source: str
    zones: Mapping[str, tuple[str, ...]]
    """Zone names by region."""
    services: Mapping[str, Service]


def catalog(cloud: Cloud) -> Catalog:
    """The catalog of a cloud, from the module of its name beside this one."""
    found: Catalog = import_module(f"tricenter.topology.clouds.{cloud}").CATALOG
    return found
