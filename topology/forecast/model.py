"""What a forecast says: intervals, the terms they are made of, and one entry for each scenario."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import hypot
from typing import Literal

Decides = Literal["automatic", "approve", "impossible"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Seconds from `low` to `high`, both included; `high` is None where nothing bounds it."""

    low: float
    high: float | None

    def covers(self, seconds: float) -> bool:
        """Whether a measurement is what was forecast."""
        return self.low <= seconds and (self.high is None or seconds <= self.high)

    def within(self, seconds: float) -> bool:
        """Whether the whole interval keeps a limit."""
        return self.high is not None and self.high <= seconds


NONE = Interval(low=0.0, high=0.0)


TermName = Literal[
    "detect", "decide", "fence", "promote", "commit", "dns", "client", "restore", "replay"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One part of a recovery time in seconds, and where its numbers come from.

    `likely` is what it takes as a rule, the middle where nothing is known of it; `person` that
    somebody's time is counted, not a program's.
    """

    name: TermName
    low: float
    high: float | None
    source: str
    likely: float | None = None
    person: bool = False

    @property
    def usual(self) -> float:
        """What it takes as a rule, in seconds; the least where nothing bounds it."""
        if self.likely is not None:
            return self.likely
        return self.low if self.high is None else (self.low + self.high) / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineTime:
    """What programs take of a recovery: an interval that holds as a rule, and its largest term.

    `likely` in seconds, None where nothing bounds the time.
    """

    low: float
    high: float | None
    likely: float | None
    largest: TermName | None

    @property
    def interval(self) -> Interval:
        """From the least to the most."""
        return Interval(low=self.low, high=self.high)


def total(terms: Iterable[Term]) -> Interval:
    """The sum of terms that follow each other."""
    low, high = 0.0, 0.0
    bounded = True
    for term in terms:
        low += term.low
        if term.high is None:
            bounded = False
        else:
            high += term.high
    return Interval(low=round(low, 6), high=round(high, 6) if bounded else None)


def person_time(terms: Iterable[Term]) -> Interval | None:
    """What people may take of a recovery; None where nobody is asked."""
    asked = [term for term in terms if term.person]
    return total(asked) if asked else None


def machine_time(terms: Iterable[Term]) -> MachineTime:
    """What programs take of a recovery.

    The terms vary independently of each other, so what each may differ from its usual time adds
    up as the root of the squares (propagation of uncertainty, JCGM 100:2008, 5.1.2). All terms at
    their longest are the upper end of the RTO, which objectives are held against.
    """
    own = [term for term in terms if not term.person]
    largest = max(own, key=lambda term: (term.high is None, term.usual), default=None)
    usual = sum(term.usual for term in own)
    low = usual - hypot(*(term.usual - term.low for term in own))
    high = usual + hypot(*(term.high - term.usual for term in own if term.high is not None))
    endless = any(term.high is None for term in own)
    return MachineTime(
        low=round(total(own).low if endless else low, 6),
        high=None if endless else round(high, 6),
        likely=None if endless else round(usual, 6),
        largest=largest.name if largest else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseForecast:
    """One database after a scenario.

    `rpo` is acknowledged writes lost, as time before the fault, while backups do what the spec
    says; `rpo_likely` the loss while links and replicas keep up (no promise); `rpo_bound` what no
    failure exceeds, because commits wait or stall, None where nothing enforces a limit. `rto` is
    the longest gap of clients outside, every term at its least and at its most; `person` the part
    of it that people take, `machine` what programs take as a rule.
    `commit_latency_after` is the round trip that a commit waits for, None where none is written.
    `losses_left`: further sites that may be lost, one by one or at once, without losing a write.
    `alone_for`: for so long after a promotion, in seconds, the new leader's commits wait for
    nobody, and its loss in that time loses what it acknowledged in it; 0 where they always wait.
    """

    database: str
    serves: tuple[str, ...]
    leader_before: str
    leader_after: str | None
    decides: Decides
    promotes: bool
    rpo: Interval
    rpo_likely: float
    rpo_reason: str
    rpo_bound: float | None
    rto: Interval
    person: Interval | None
    machine: MachineTime
    terms: tuple[Term, ...]
    commit_mode_after: str
    commit_latency_after: float | None
    losses_left: int
    alone_for: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CityCapacity:
    """The load that a city's sites must carry after a scenario, and what they can.

    `overloaded` names sites that lead more than they can carry by themselves.
    """

    city: str
    needed_tps: int
    left_tps: int
    needed_connections: int
    left_connections: int
    overloaded: tuple[str, ...]

    @property
    def enough(self) -> bool:
        """Whether each site carries what it leads."""
        return not self.overloaded


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioForecast:
    """What a scenario does. `domain` has every host lost, shared fates included."""

    id: str
    kind: str
    target: str | None
    title: str
    domain: tuple[str, ...]
    voices_left: int
    databases: tuple[DatabaseForecast, ...]
    capacity_after: tuple[CityCapacity, ...]
    name_servers: tuple[str, ...]
    losses_left: int
    explanation: str

    def database(self, name: str) -> DatabaseForecast:
        """The forecast of one database; raises KeyError for another name."""
        for entry in self.databases:
            if entry.database == name:
                return entry
        raise KeyError(name)


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """Every scenario of a topology, in a fixed order."""

    topology: str
    voices: int
    majority: int
    scenarios: tuple[ScenarioForecast, ...]
    weak_points: tuple[str, ...]

    @cached_property
    def by_key(self) -> Mapping[str, tuple[ScenarioForecast, ...]]:
        """The scenarios of each class, and each by its id."""
        found: dict[str, list[ScenarioForecast]] = {}
        for entry in self.scenarios:
            for key in {entry.id, entry.kind}:
                found.setdefault(key, []).append(entry)
        return {key: tuple(entries) for key, entries in found.items()}

    def scenario(self, id: str) -> ScenarioForecast:  # noqa: A002
        """The scenario of that id; raises KeyError for another."""
        for entry in self.by_key.get(id, ()):
            if entry.id == id:
                return entry
        raise KeyError(id)
