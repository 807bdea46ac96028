"""Settings in force against those of the plan, one by one, with what each takes from a promise."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from tricenter.topology.promising import Rests, rests
from tricenter.topology.shared_settings import differences


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """A setting in force that is not the plan's; `planned` is None for one that it does not have.

    `name` is as Patroni nests it, with dots.
    """

    name: str
    planned: Any
    found: Any

    @property
    def measure(self) -> Rests | None:
        """What a promise loses by it, None where nothing."""
        return rests(self.name)

    def __str__(self) -> str:
        if self.name == "pause":
            return "pause is on"
        found = "not set" if self.found is None else self.found
        wanted = "not set" if self.planned is None else self.planned
        return f"{self.name} is {found}, the plan says {wanted}"


def drift(planned: Mapping[str, Any], found: Mapping[str, Any]) -> tuple[Drift, ...]:
    """Where the members' shared settings differ from the plan's, by name.

    A setting that the plan does not have counts only where it undoes the plan: others are the
    operator's own.
    """
    return tuple(sorted(_flat(differences(planned, found), found, ""), key=lambda d: d.name))


def _flat(changes: Mapping[str, Any], found: Mapping[str, Any], above: str) -> Iterator[Drift]:
    for key, value in changes.items():
        there: object = found.get(key)
        if isinstance(value, Mapping):
            inner = cast(Mapping[str, Any], there if isinstance(there, Mapping) else {})
            yield from _flat(cast(Mapping[str, Any], value), inner, f"{above}{key}.")
        else:
            yield Drift(name=f"{above}{key}", planned=value, found=there)


def repair(found: tuple[Drift, ...]) -> dict[str, Any]:
    """What to PATCH to Patroni's /config so that the plan is in force: null takes a key away."""
    body: dict[str, Any] = {}
    for entry in found:
        place = body
        *above, last = entry.name.split(".")
        for part in above:
            place = place.setdefault(part, {})
        place[last] = entry.planned
    return body
