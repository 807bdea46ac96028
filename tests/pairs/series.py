"""One lab on which pair after pair is played, clients writing all the time."""

import shutil
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from tests.pairs.orders import Order, Step
from tricenter.drills.accounts import Books
from tricenter.drills.case import expand
from tricenter.drills.clients import Clients, access
from tricenter.drills.history import Event
from tricenter.lab import patroni
from tricenter.lab.deploy import deploy
from tricenter.lab.disk import disk_point
from tricenter.lab.errors import LabError
from tricenter.lab.host import is_on, power_off, power_on, run_in_host
from tricenter.lab.stack import Stack
from tricenter.lab.sweep import sweep
from tricenter.lab.waits import until
from tricenter.topology.plan import Plan, PlannedDatabase
from tricenter.topology.render import etcd
from tricenter.topology.render.patroni import dynamic_config

LEAD_S, SETTLE_S = 120.0, 400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What came of one pair: acknowledged, lost, the longest pause of writes of each database.

    `lost` are names of transfers. Pauses in seconds; of a database that led nothing lost it
    should be short.
    """

    order: str
    gap: float
    acknowledged: int
    lost: tuple[str, ...]
    pauses: dict[str, float]
    seconds: float

    def data(self) -> dict[str, Any]:
        """As a line of the results."""
        return asdict(self)


class Series:
    """Pairs on one stack; every site has power between them."""

    def __init__(self, stack: Stack, plan: Plan, folder: Path) -> None:
        self.stack, self.plan = stack, plan
        self.clients = Clients(stack, plan, folder)
        self.acks: dict[str, list[Event]] = {d.name: [] for d in plan.databases}
        self.known_lost: set[str] = set()

    def open(self) -> None:
        """Accounts, then clients that write until the series ends."""
        self.clients.make()
        for database in self.plan.databases:
            self._books(database).open(self._address(database))
        self.clients.start()
        until(lambda: self._look() or all(self.acks.values()), LEAD_S, "first writes", every=0.3)

    def play(self, order: Order, gap: float) -> Played:
        """One pair on the first database; AssertionError never: what was lost is told."""
        began, mark = time.monotonic(), {name: len(acks) for name, acks in self.acks.items()}
        sites = self._sites()
        try:
            for step in order.steps(gap):
                self._do(step, sites)
        finally:
            for site in sites:
                power_on(self.stack, site)
        self._settle()
        time.sleep(2.0)
        self._look()
        lost = self._lost()
        return Played(
            order=order.name,
            gap=gap,
            acknowledged=sum(len(acks) - mark[name] for name, acks in self.acks.items()),
            lost=lost,
            pauses={name: self._pause(acks[mark[name] :]) for name, acks in self.acks.items()},
            seconds=round(time.monotonic() - began, 1),
        )

    def keep_logs(self, folder: Path) -> Path:
        """Copy the logs of all sites into a new folder below, for who looks what went wrong."""
        into = folder / f"{time.time():.0f}"
        for site in self.plan.hosts:
            if is_on(self.stack, site.name):
                logs = disk_point(self.stack, site.name) / "log"
                shutil.copytree(logs, into / site.name, symlinks=True)
        return into

    def _sites(self) -> tuple[str, ...]:
        """Leader of the first database, the other site of its city, the remote site."""
        first = self.plan.databases[0]
        leads = self._leader(first)
        city = self.plan.host(leads).city
        others = [m.site for m in first.members if m.site != leads]
        return (leads, *sorted(others, key=lambda s: self.plan.host(s).city != city))

    def _do(self, step: Step, sites: tuple[str, ...]) -> None:
        site = sites[step.who]
        if step.act == "wait":
            time.sleep(step.seconds)
        elif step.act == "lose":
            power_off(self.stack, self._second(site, sites) if step.who == 1 else site)
        elif step.act == "return":
            for host in sites if step.who == 1 else (site,):
                power_on(self.stack, host)
        elif step.act == "led":
            database = self.plan.databases[0]
            until(
                lambda: patroni.leader(self.stack, database) not in {None, site},
                LEAD_S,
                f"{database.name} led by another than {site}",
                every=0.1,
            )
        else:
            lead_store(self.stack, self.plan, site)

    def _second(self, site: str, sites: tuple[str, ...]) -> str:
        """Who leads now where that is not the first site, else the second."""
        leads = patroni.leader(self.stack, self.plan.databases[0])
        return leads if leads is not None and leads != sites[0] else site

    def _settle(self) -> None:
        patroni.await_settled(self.stack, self.plan, SETTLE_S)

    def _look(self) -> bool:
        for event in self.clients.look():
            if event.kind == "write-ok":
                self.acks[event.source.split("/")[1]].append(event)
        return False

    def _lost(self) -> tuple[str, ...]:
        lost: list[str] = []
        for database in self.plan.databases:
            read = self._books(database).read(self._address(database))
            there = {f"{i.worker} #{i.seq}" for i in expand(read["transfers"])}
            for event in self.acks[database.name]:
                name = f"{event.source} #{event.data['seq']}"
                if name not in there and name not in self.known_lost:
                    lost.append(name)
        self.known_lost.update(lost)
        return tuple(lost)

    @staticmethod
    def _pause(acks: list[Event]) -> float:
        moments = sorted(event.at for event in acks)
        pairs = zip(moments, moments[1:], strict=False)
        return round(max((b - a for a, b in pairs), default=0.0), 2)

    def _leader(self, database: PlannedDatabase) -> str:
        return until(
            lambda: patroni.leader(self.stack, database) or "", LEAD_S, "a leader", every=0.2
        )

    def _books(self, database: PlannedDatabase) -> Books:
        return Books(self.stack, self.plan.clients[0].name, access(self.stack, database))

    def _address(self, database: PlannedDatabase) -> str:
        leads = self._leader(database)
        return next(m.address for m in database.members if m.site == leads)


def lead_store(stack: Stack, plan: Plan, site: str) -> None:
    """Have the voice of a site lead the store."""
    voices = [h for h in plan.hosts if h.voice]
    ends = ",".join(f"https://{h.address}:{etcd.CLIENT_PORT}" for h in voices)
    tls = ["--cacert=/srv/tls/ca.crt", "--cert=/srv/tls/host.crt", "--key=/srv/tls/host.key"]
    ctl = ["env", "ETCDCTL_API=3", "etcdctl", *tls]
    own = f"https://{plan.host(site).address}:{etcd.CLIENT_PORT}"
    said = run_in_host(
        stack, site, [*ctl, f"--endpoints={own}", "endpoint", "status", "-w", "fields"], check=True
    ).stdout
    number = next(int(v) for k, _, v in _fields(said) if k == '"MemberID"')
    run_in_host(
        stack, site, [*ctl, f"--endpoints={ends}", "move-leader", f"{number:x}"], check=False
    )


def _fields(text: str) -> Iterator[tuple[str, str, str]]:
    for line in text.splitlines():
        key, colon, value = line.partition(" : ")
        yield key.strip(), colon, value.strip()


@contextmanager
def new_series(identity: str, plan: Plan, folder: Path, *, timeline: bool) -> Generator[Series]:
    """A lab of its own, swept afterwards; without `timeline` elections compare positions only."""
    stack = Stack(identity)
    sweep(identity)
    try:
        stack.create(kind="drill", profile="drill")
        deploy(stack, plan)
        patroni.await_settled(stack, plan)
        if not timeline:
            for database in plan.databases:
                shared = {**dynamic_config(plan, database), "check_timeline": False}
                patroni.change_config(stack, database.members[0], shared)
        series = Series(stack, plan, folder)
        series.open()
        try:
            yield series
        finally:
            series.clients.stop()
    finally:
        sweep(identity)


def faster(plan: Plan) -> Plan:
    """The plan with the shortest lease that its store allows, so that more pairs are played."""
    return replace(plan, timing=replace(plan.timing, ttl=10.0, retry_timeout=4.0))


__all__ = ["LabError", "Played", "Series", "faster", "lead_store", "new_series"]
