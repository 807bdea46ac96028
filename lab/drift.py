"""Settings in force against those of the plan: what differs, and what it takes from a promise."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from tricenter.lab.unwell import Measure

PROMISING: Mapping[str, Measure] = {
    "synchronous_mode": "commits",
    "synchronous_mode_strict": "commits",
    "synchronous_node_count": "commits",
    "check_timeline": "commits",
    "maximum_lag_on_failover": "commits",
    "standby_cluster": "failover",
    "pause": "failover",
    "ttl": "failover",
    "loop_wait": "failover",
    "retry_timeout": "failover",
    "primary_stop_timeout": "failover",
    "synchronous_commit": "commits",
    "synchronous_standby_names": "commits",
    "fsync": "commits",
    "full_page_writes": "commits",
    "archive_mode": "archive",
    "archive_command": "archive",
    "archive_library": "archive",
}
"""Settings that a promise rests on, by the last part of their name, and what it is.

Words of Patroni 4.1 (docs/dynamic_configuration) and PostgreSQL 15 to 17 (runtime-config),
2026-11-30.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """A setting in force that is not the plan's; `planned` is None for one that it does not have.

    `name` is as Patroni nests it, with dots.
    """

    name: str
    planned: Any
    found: Any

    @property
    def measure(self) -> Measure | None:
        """What a promise loses by it, None where nothing."""
        return PROMISING.get(self.name.rpartition(".")[2])

    def __str__(self) -> str:
        if self.name == "pause":
            return "pause is on"
        wanted = "not set" if self.planned is None else self.planned
        return f"{self.name} is {self.found}, the plan says {wanted}"


def drift(planned: Mapping[str, Any], found: Mapping[str, Any]) -> tuple[Drift, ...]:
    """Where the members' shared settings differ from the plan's, by name.

    A setting that the plan does not have counts only where a promise rests on it: others are the
    operator's own.
    """
    return tuple(_drift(planned, found, ""))


def _drift(planned: Mapping[str, Any], found: Mapping[str, Any], above: str) -> Iterator[Drift]:
    for key in sorted({*planned, *found}):
        name = f"{above}{key}"
        wanted, there = planned.get(key), found.get(key)
        if isinstance(wanted, Mapping) or (wanted is None and isinstance(there, Mapping)):
            inner = cast(Mapping[str, Any], there if isinstance(there, Mapping) else {})
            nested = cast(Mapping[str, Any], wanted or {})
            if key in PROMISING:
                yield Drift(name=name, planned=wanted, found=there)
            elif wanted is not None or key in {"postgresql", "parameters"}:
                yield from _drift(nested, inner, f"{name}.")
        elif wanted is not None and not _same(wanted, there):
            yield Drift(name=name, planned=wanted, found=there)
        elif wanted is None and there and key in PROMISING:
            yield Drift(name=name, planned=None, found=there)


def _same(wanted: Any, there: Any) -> bool:
    """PostgreSQL takes `on` and `true` for the same, and Patroni hands on what it was given."""
    return wanted == there or (there is not None and _word(wanted) == _word(there))


def _word(value: Any) -> str:
    text = str(value).lower()
    return {"true": "on", "yes": "on", "false": "off", "no": "off"}.get(text, text)


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
