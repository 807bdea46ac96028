"""A kind of harmful edit: what it does to a spec, and the rules it fires with their places."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from tricenter.topology.errors import Path as SpecPath

Spec = dict[str, Any]
Fires = set[tuple[str, SpecPath]]
"""Pairs of a rule's id and the path in the spec that it must point at (the key's or value's)."""


class Unfit(Exception):
    """The topology has nothing that this kind could harm."""


@dataclass(frozen=True, slots=True)
class Pick:
    """Chooses what is harmed, so that one kind is tried on many things of a target."""

    chance: random.Random
    target: str

    @property
    def managed(self) -> bool:
        """Whether services of a cloud run the databases, without voices of ours."""
        return self.target in ("aws", "gcp")

    def one(self, among: Sequence[Any]) -> Any:
        """One of several; Unfit where there is none."""
        if not among:
            raise Unfit
        return self.chance.choice(list(among))


Change = Callable[[Spec, Pick], Fires]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of harmful edit. `targets` are those whose topologies it can be done to."""

    name: str
    topic: str
    targets: frozenset[str]
    change: Change


KINDS: list[Kind] = []
EVERYWHERE = ("lab", "aws", "gcp", "mixed")


def harmful(name: str, *targets: str) -> Callable[[Change], Change]:
    """Registers a kind of edit under its sentence."""

    def register(change: Change) -> Change:
        topic = change.__module__.rpartition(".")[2]
        kind = Kind(name=name, topic=topic, targets=frozenset(targets or EVERYWHERE), change=change)
        KINDS.append(kind)
        return change

    return register


@cache
def find_kinds() -> tuple[Kind, ...]:
    """Every kind of every file in kinds/, by file and order in it."""
    folder = Path(__file__).parent / "kinds"
    for module in sorted(entry.name for entry in iter_modules([str(folder)])):
        import_module(f"tests.harm.kinds.{module}")
    return tuple(KINDS)


def broken(spec: Spec, *promises: str) -> Fires:
    """The promises that cannot be kept after the edit: `rpo lose-all`, of those that are stated."""
    pairs = [promise.split() for promise in promises]
    return {
        (f"{what}-kept", ("objectives", scenario, what))
        for what, scenario in pairs
        if scenario in spec["objectives"]
    }


def needless(spec: Spec, rule: str) -> Fires:
    """The waivers of a rule that the edit leaves without anything to cover."""
    waivers = enumerate(spec.get("waivers", []))
    return {("waiver-needed", ("waivers", i)) for i, waiver in waivers if waiver["rule"] == rule}


def sites_in(spec: Spec, city: str) -> list[str]:
    """The sites of a city, by name."""
    return sorted(name for name, site in spec["sites"].items() if site["city"] == city)


def home(spec: Spec) -> str:
    """The city of the preferred sites; sound topologies have all of them in one."""
    (city,) = {spec["sites"][database["prefer"]]["city"] for database in spec["databases"].values()}
    return str(city)


def remote(spec: Spec) -> list[str]:
    """The sites outside the home city, by name."""
    return sorted(name for name, site in spec["sites"].items() if site["city"] != home(spec))


def leaves(value: Any, path: SpecPath = ()) -> Iterator[SpecPath]:
    """The paths of all values that are no containers."""
    if isinstance(value, dict):
        for key, child in value.items():
            yield from leaves(child, (*path, key))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from leaves(child, (*path, index))
    else:
        yield path
