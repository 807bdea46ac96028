"""What rules about a spec are judged by: the topology, its forecast, and what was drilled when."""

from dataclasses import dataclass
from datetime import date

from tricenter.topology.forecast.model import Forecast
from tricenter.topology.spec import Topology


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillFact:
    """One record of a drill: what it tried, on which day it ended (UTC), what came out.

    `digest` is that of the plan which was drilled; `file` is the record's name; `signer` the key
    that signed it, None where the spec names no keys.
    """

    scenario: str
    day: date
    verdict: str
    digest: str
    file: str
    signer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRecord:
    """A file among the records that does not count, the scenario that it claims, and why not."""

    file: str
    scenario: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A topology on a target on a day. `profile` is None where nothing is being deployed."""

    topology: Topology
    forecast: Forecast
    target: str
    today: date
    profile: str | None = None
    drills: tuple[DrillFact, ...] = ()
    refused: tuple[RefusedRecord, ...] = ()


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
