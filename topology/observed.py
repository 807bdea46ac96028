"""What is seen of a deployment before its plan is compiled: who leads, and what copies run on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from tricenter.topology.plan import Running

Runs = Mapping[tuple[str, str], Running]
"""What copies run on, by database and site."""
NOTHING: Runs = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """The leader's site by database, and what copies run on; empty where nothing is deployed,
    nobody could be asked, or a target does not say it."""

    leaders: Mapping[str, str] = field(default_factory=dict[str, str])
    running: Runs = field(default_factory=dict[tuple[str, str], Running])
