"""A case: the history of one drill beside what was forecast, as checkers see it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tricenter.drills.history import Event
from tricenter.topology.forecast import DatabaseForecast, ScenarioForecast
from tricenter.topology.plan import Plan, PlannedClient


@dataclass(frozen=True, slots=True)
class WriteId:
    """A transfer's unique number: who made it, and that worker's count."""

    worker: str
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ack:
    """A transfer that was acknowledged: when it began and returned, and which site said so."""

    id: WriteId
    client: str
    began: float
    at: float
    wall: float
    site: str


@dataclass(frozen=True, kw_only=True)
class Case:
    """One drill: facts of the plan, the forecast of its scenario, and everything that was seen.

    `rebuilds` says that the site was to be destroyed with its disks and built anew as well.
    """

    plan: Plan
    scenario: ScenarioForecast
    workers: tuple[str, ...]
    events: tuple[Event, ...]
    rebuilds: bool = False

    @cached_property
    def _by_kind(self) -> Mapping[str, tuple[Event, ...]]:
        found: dict[str, list[Event]] = {}
        for event in self.events:
            found.setdefault(event.kind, []).append(event)
        return {kind: tuple(events) for kind, events in found.items()}

    def of(self, kind: str, **wanted: Any) -> tuple[Event, ...]:
        """The events of a kind, in order, whose data has these values."""
        return tuple(
            event
            for event in self._by_kind.get(kind, ())
            if all(event.data.get(key) == value for key, value in wanted.items())
        )

    def first(self, kind: str, **wanted: Any) -> Event | None:
        """The first such event, if there was one."""
        return next(iter(self.of(kind, **wanted)), None)

    def last(self, kind: str, **wanted: Any) -> Event | None:
        """The last such event, if there was one."""
        return next(reversed(self.of(kind, **wanted)), None)

    @property
    def databases(self) -> tuple[str, ...]:
        """The names of the databases, sorted."""
        return tuple(sorted(database.name for database in self.plan.databases))

    @property
    def clients(self) -> tuple[PlannedClient, ...]:
        """The places that clients write from."""
        return self.plan.clients

    @property
    def lost(self) -> tuple[str, ...]:
        """The sites that the scenario takes."""
        names = {site.name for site in self.plan.sites}
        return tuple(name for name in self.scenario.domain if name in names)

    def expected(self, database: str) -> DatabaseForecast:
        """The forecast of one database."""
        return self.scenario.database(database)

    @property
    def struck(self) -> tuple[str, ...]:
        """Databases whose leader was in a lost site."""
        return tuple(n for n in self.databases if self.expected(n).leader_before in self.lost)

    @property
    def spared(self) -> tuple[str, ...]:
        """Databases whose leader lived on."""
        return tuple(name for name in self.databases if name not in self.struck)

    @property
    def fault_at(self) -> float | None:
        """When the fault began: just before the first thing was broken."""
        event = self.first("fault-start")
        return event.at if event else None

    @property
    def heal_at(self) -> float | None:
        """When healing began; None while the fault lasts."""
        event = self.first("heal-start")
        return event.at if event else None

    @cached_property
    def _acks(self) -> Mapping[str, tuple[Ack, ...]]:
        found: dict[str, list[Ack]] = {name: [] for name in self.databases}
        for event in self.of("write-ok"):
            found[event.data["database"]].append(self._ack(event))
        return {name: tuple(acks) for name, acks in found.items()}

    def _ack(self, event: Event) -> Ack:
        return Ack(
            id=WriteId(event.source, event.data["seq"]),
            client=event.source.split("/")[0],
            began=event.data["began"],
            at=event.at,
            wall=event.wall,
            site=self.site_of(event.data["database"], event.data["server"]),
        )

    def acks(self, database: str) -> tuple[Ack, ...]:
        """The acknowledged transfers of a database, in the order of acknowledgement."""
        return self._acks[database]

    def site_of(self, database: str, address: str) -> str:
        """The site whose copy of the database has this address; the address when none has."""
        members = next(d.members for d in self.plan.databases if d.name == database)
        return next((m.site for m in members if m.address == address), address)

    def writers(self, database: str) -> tuple[str, ...]:
        """The workers that write to a database, by name."""
        return tuple(worker for worker in self.workers if worker.split("/")[1] == database)

    def final_read(self, database: str) -> Event | None:
        """What the leader held in the end: `transfers`, `balances`, `moved`, `opening`."""
        return self.last("final-read", database=database)


def expand(ranges: Mapping[str, list[list[int]]]) -> Iterator[WriteId]:
    """Every transfer that ranges of numbers by worker stand for; both ends are included."""
    for worker, spans in ranges.items():
        for low, high in spans:
            for seq in range(low, high + 1):
                yield WriteId(worker, seq)


def compress(numbers: list[int]) -> list[list[int]]:
    """Sorted numbers as ranges with both ends; the other way round from `expand`."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return spans
