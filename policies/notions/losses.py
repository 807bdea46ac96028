"""The losses that every topology answers for, and which of them a part of the spec speaks of."""

from collections.abc import Collection

from tricenter.policies.facts import Facts
from tricenter.topology.scenario_ids import SCENARIO_CLASSES

LOSSES = ("lose-site", "lose-city", "lose-all")
"""The losses that failovers and objectives are stated for, from the smallest up."""
SINGLE_LOSSES = ("lose-site", "isolate", "lose-city")
"""One event: a site destroyed or cut off, a city lost."""


def unspoken(facts: Facts, kind: str, keys: Collection[str]) -> tuple[str, ...]:
    """Scenarios of a class that `keys` name neither by their id nor by their class."""
    if kind in keys:
        return ()
    return tuple(s.id for s in facts.forecast.scenarios if s.kind == kind and s.id not in keys)


def loss_words(kind: str) -> str:
    """What a class of scenarios is, in words."""
    return SCENARIO_CLASSES[kind]
