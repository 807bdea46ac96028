"""What rules about a spec are judged by: the topology, its forecast, and what was drilled when."""

from dataclasses import dataclass
from datetime import date

from tricenter.topology.forecast.model import Forecast
from tricenter.topology.spec import Topology


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillFact:
    """One record of a drill: what it tried, on which day it ended (UTC), what came out.

    `digest` is that of the plan which was drilled; `file` is the record's name.
    """

    scenario: str
    day: date
    verdict: str
    digest: str
    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A topology on a target on a day. `profile` is None where nothing is being deployed."""

    topology: Topology
    forecast: Forecast
    target: str
    today: date
    profile: str | None = None
    drills: tuple[DrillFact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverFacts:
    """The waivers of a topology on a day: `used` are the indices of those that covered something,
    `rules` the ids of every rule, `judged` of those that were asked, `unwaivable` of those about
    waivers."""

    topology: Topology
    today: date
    used: frozenset[int]
    rules: frozenset[str]
    judged: frozenset[str]
    unwaivable: frozenset[str]
