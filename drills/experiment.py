"""The experiment: clients write, the fault strikes, all is noted, and read back in the end."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from tricenter.drills import rebuild, rejoin
from tricenter.drills.accounts import Books
from tricenter.drills.case import Case
from tricenter.drills.clients import Clients, access
from tricenter.drills.faults import Fault, during
from tricenter.drills.history import SUFFIX, Writer, read_history
from tricenter.drills.journal import Journal
from tricenter.drills.measure import first_lasting
from tricenter.drills.scenarios import Scenario
from tricenter.drills.stage import Hold, Maker
from tricenter.drills.watch import RoleWatch
from tricenter.lab.errors import LabError
from tricenter.lab.patroni import is_settled, member_states
from tricenter.lab.reached import reached_plan
from tricenter.lab.roles import observed_roles
from tricenter.lab.stack import Stack
from tricenter.lab.waits import until
from tricenter.topology.compile import compile_plan
from tricenter.topology.forecast import ScenarioForecast, forecast
from tricenter.topology.plan import Plan
from tricenter.topology.spec import Topology

Show = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long each part may or must take, in seconds."""

    ready: float = 90.0
    warm: float = 8.0
    first_writes: float = 60.0
    beyond_forecast: float = 60.0
    settle: float = 5.0
    rejoin: float = 180.0
    after: float = 4.0


PATIENCE = Patience()


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """What the user wants struck; None leaves it to the scenario."""

    database: str | None
    site: str | None


class Experiment:
    """One experiment on a stack that is up. It ends with the clients stopped.

    With a `maker`, the site is destroyed once more, with its disks, and deployed anew by it.
    """

    def __init__(
        self,
        topology: Topology,
        scenario: Scenario,
        aim: Aim,
        journal: Journal,
        show: Show,
        maker: Maker | None = None,
    ) -> None:
        self._topology, self._scenario, self._aim = topology, scenario, aim
        self._journal, self._show, self._maker = journal, show, maker
        self._stack = Stack(journal.stack)
        self._hold = Hold(self._stack)
        self._folder: Path = journal.folder
        self.plan: Plan = reached_plan(self._stack, compile_plan(topology, "lab"))
        self.clients = Clients(self._stack, self.plan, self._folder)
        self.expected: ScenarioForecast | None = None
        self.fault: Fault | None = None
        self._destruction: Fault | None = None
        self.postgres = ""

    def perform(self) -> Case:
        """Do it all; LabError where the lab, not the topology, stood in the way before the fault.

        What goes wrong after the fault is part of the evidence: checks then lack data and say so.
        """
        with (
            Writer(self._folder / f"drill{SUFFIX}", "drill") as history,
            self._hold,
        ):
            self._prepare(history)
            absent: tuple[str, ...] = ()
            try:
                with RoleWatch(self._stack, self.plan, history):
                    self._strike(history)
                    absent = self._rebuild(history)
                self.clients.stop()
                self._read_back(history, absent)
            except (LabError, psycopg.Error) as error:
                if not self._struck():
                    raise
                history.add("broken-off", reason=str(error))
                self._show(f"broken off: {error}")
            finally:
                self.clients.stop()
        return self.case()

    def case(self) -> Case:
        """The history so far beside the forecast."""
        if self.expected is None:
            raise LabError("the drill ended before anything was forecast")
        return Case(
            plan=self.plan,
            scenario=self.expected,
            workers=self.clients.workers,
            events=read_history(self._folder),
            rebuilds=self._maker is not None,
        )

    def _struck(self) -> bool:
        return any(event.kind == "fault-start" for event in read_history(self._folder))

    def _prepare(self, history: Writer) -> None:
        with self._journal.step("aim", "find the leaders and forecast the loss"):
            roles = self._await_ready()
            target = self._scenario.aim(self.plan, roles, self._aim.database, self._aim.site)
            self.plan = reached_plan(self._stack, compile_plan(self._topology, "lab", roles))
            expected = forecast(self._topology, roles=roles)
            self.expected = expected.scenario(f"{self._scenario.KIND}:{target}")
            self.fault = self._scenario.fault(target, self._stack.can)
            self._destruction = self._scenario.destruction(target, self._stack.can)
        led = ", ".join(f"{name} by {site}" for name, site in sorted(roles.items()))
        self._show(f"led now: {led}; to be lost: {target}")
        with self._journal.step("accounts", "place clients outside the sites, open accounts"):
            self.clients.make()
            for database in self.plan.databases:
                books, address = self._books(database.name), self._address(database.name, roles)
                total = books.open(address)
                self.postgres = books.version(address)
                history.add("opening", database=database.name, total=total)

    def _await_ready(self, absent: tuple[str, ...] = ()) -> dict[str, str]:
        """Who leads, once every member follows and every commit has someone to acknowledge it.

        Members of sites that are `absent` are not waited for.
        """

        def ready() -> dict[str, str]:
            for database in self.plan.databases:
                found = member_states(self._stack, database)
                states = [state for site, state in found.items() if site not in absent]
                voted = any(s.sync for s in states if s) or database.mode == "async"
                if not voted or not all(is_settled(state) for state in states):
                    return {}
            roles = dict(observed_roles(self._stack, self.plan))
            return roles if len(roles) == len(self.plan.databases) else {}

        return until(ready, PATIENCE.ready, "readiness of every member", every=0.3)

    def _strike(self, history: Writer) -> None:
        assert self.fault is not None  # noqa: S101 - set by _prepare
        assert self.expected is not None  # noqa: S101
        with self._journal.step("warm", "clients write, nothing is broken"):
            self.clients.start()
            history.add("workload", workers=len(self.clients.workers))
            self._await_writes()
            time.sleep(PATIENCE.warm)
        copies = rejoin.before(self._stack, self.plan, self.fault.sites)
        lost = " and ".join(self.fault.sites)
        what = "network and power" if "cut" in self._stack.can else "power: it is killed"
        self._show(f"now: {lost} loses {what}")
        with self._journal.step("fault", f"{lost} is lost, clients wait and write again"):
            broken, began = time.time(), time.monotonic()
            with during(self.fault, self._stack, history):
                self._await_recovery(history, began)
                time.sleep(PATIENCE.settle)
        again = "power and network" if "cut" in self._stack.can else "power"
        self._show(f"{lost} has {again} again")
        with self._journal.step("rejoin", f"{lost} comes back and catches up"):
            self._await_rejoin(copies, history, broken)
            time.sleep(PATIENCE.after)

    def _rebuild(self, history: Writer) -> tuple[str, ...]:
        """Destroy the site with its disks and deploy it anew; returns what did not come back."""
        assert self.expected is not None  # noqa: S101 - set by _prepare
        if self._maker is None or self._destruction is None:
            return ()
        site = rebuild.Site(
            stack=self._stack,
            plan=self.plan,
            topology=self._topology,
            maker=self._maker,
            hold=self._hold,
            clients=self.clients,
            journal=self._journal,
            show=self._show,
        )
        return rebuild.perform(site, self._destruction, self.expected.id, history)

    def _await_writes(self) -> None:
        """Wait until every worker has written."""
        silent = set(self.clients.workers)

        def all_wrote() -> bool:
            silent.difference_update(e.source for e in self.clients.look() if e.kind == "write-ok")
            return not silent

        try:
            until(all_wrote, PATIENCE.first_writes, "a first write of every client", every=0.2)
        except LabError as error:
            raise LabError(f"{error}; silent: {', '.join(sorted(silent))}") from None

    def _await_recovery(self, history: Writer, began: float) -> None:
        """Wait until every worker writes lastingly again; note who does not in all that time."""
        assert self.expected is not None  # noqa: S101
        longest = max(entry.rto.high or 0.0 for entry in self.expected.databases)
        moments: dict[str, list[float]] = {worker: [] for worker in self.clients.workers}
        back: set[str] = set()

        def recovered() -> bool:
            for event in self.clients.look():
                if event.kind == "write-ok" and event.at > began:
                    moments[event.source].append(event.at)
            for worker in moments.keys() - back:
                if first_lasting(moments[worker]) is not None:
                    back.add(worker)
            return len(back) == len(moments)

        try:
            until(recovered, longest + PATIENCE.beyond_forecast, "recovery", every=0.2)
        except LabError:
            history.add("gave-up", silent=sorted(moments.keys() - back))
            self._show(f"{len(moments) - len(back)} connections never wrote again")
        else:
            self._show(
                f"every client writes again, {time.monotonic() - began:.1f} s after the loss"
            )

    def _await_rejoin(
        self, copies: tuple[rejoin.Before, ...], history: Writer, broken: float
    ) -> None:
        healed = next(e.at for e in read_history(self._folder) if e.kind == "heal-start")
        left = copies

        def all_back() -> bool:
            nonlocal left
            left = rejoin.note_rejoined(self._stack, left, history, broken, healed)
            return not left

        until(all_back, PATIENCE.rejoin, "rejoining of every copy", every=0.5)
        self._show(
            f"every copy follows again, {time.monotonic() - healed:.1f} s after power was back"
        )

    def _read_back(self, history: Writer, absent: tuple[str, ...]) -> None:
        """Read what each leader holds, and every member that is there once it has caught up."""
        with self._journal.step("read", "read every account and transfer, on every member"):
            roles = self._await_ready(absent)
            for database in self.plan.databases:
                books, leader = self._books(database.name), self._address(database.name, roles)
                position = books.position(leader)
                history.add(
                    "final-read",
                    database=database.name,
                    site=roles[database.name],
                    **books.read(leader),
                )
                for member in (m for m in database.members if m.site not in absent):
                    books.await_position(member.address, position)
                    found = books.summary(member.address)
                    history.add("member-read", database=database.name, site=member.site, **found)

    def _books(self, database: str) -> Books:
        planned = next(d for d in self.plan.databases if d.name == database)
        return Books(self._stack, self.plan.clients[0].name, access(self._stack, planned))

    def _address(self, database: str, roles: Any) -> str:
        planned = next(d for d in self.plan.databases if d.name == database)
        return next(m.address for m in planned.members if m.site == roles[database])
