"""The course of a rehearsal: what was done and seen, in order, as its checks see it."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from tricenter.drills.cloud.record import EventPart
from tricenter.topology.forecast import ScenarioForecast
from tricenter.topology.plan import Plan

How = Literal["service", "forced", "not"]
Kind = Literal["fault", "call", "leader", "state", "heal"]
Roles = Mapping[str, str | None]
"""The leading site by database, None for one that nobody leads or that nobody can ask."""


@dataclass(slots=True, kw_only=True)
class Course:
    """Everything that a rehearsal did and saw; None or empty is what it did not come to."""

    show: Callable[[str], None]
    plan: Plan | None = None
    expected: ScenarioForecast | None = None
    sites: tuple[str, ...] = ()
    before: Roles = field(default_factory=dict[str, str | None])
    after: Roles | None = None
    at_end: Roles | None = None
    how: dict[str, How] = field(default_factory=dict[str, How])
    previews: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """What the engine would still change, by the moment in words."""
    broken: tuple[str, ...] = ()
    """The sentences of the fault."""
    refused: list[str] = field(default_factory=list[str])
    """What went wrong, in order; the rehearsal goes on to its end nevertheless."""
    events: list[EventPart] = field(default_factory=list[EventPart])
    began: float = field(default_factory=time.monotonic)
    started: float = field(default_factory=time.time)
    ended: float = 0.0

    def note(self, kind: Kind, text: str) -> None:
        """Keep an event with its time, and show it."""
        at = round(time.monotonic() - self.began, 3)
        self.events.append(EventPart(at=at, kind=kind, text=text))
        self.show(text)

    @property
    def struck(self) -> tuple[str, ...]:
        """The databases that were led from a lost site."""
        return tuple(name for name, site in sorted(self.before.items()) if site in self.sites)
