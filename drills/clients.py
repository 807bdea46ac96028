"""The clients of a drill: places outside the sites, each with the workload running in it."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tricenter.drills.accounts import ACCOUNTS
from tricenter.drills.history import Event, Tail
from tricenter.drills.workload.settings import (
    DatabaseAccess,
    PublicName,
    Settings,
    worker_name,
)
from tricenter.lab.errors import LabError
from tricenter.lab.host import create_host, popen_in_host, power_on
from tricenter.lab.machine import machine_of
from tricenter.lab.network.links import set_links
from tricenter.lab.records import HostSpec, LinkSetting
from tricenter.lab.resolve import PORT
from tricenter.lab.secrets import ca, password
from tricenter.lab.stack import Stack
from tricenter.topology.plan import Plan, PlannedDatabase
from tricenter.topology.render.patroni import APPLICATION

WORKERS = 2
"""Connections of each client to each database."""
RATE = 8.0
"""Transfers a second that each of them tries: two cores carry it with room to spare."""
END_S = 20.0


def access(stack: Stack, database: PlannedDatabase) -> DatabaseAccess:
    """How clients reach a database: with its application's password, trusting the stack's CA."""
    return DatabaseAccess(
        name=database.name,
        writer=database.writer,
        port=database.members[0].port,
        application=APPLICATION,
        password=password(stack, f"{database.name}-{APPLICATION}"),
        tls="verify-full",
        authority=str(ca(stack)),
    )


class Clients:
    """Every client of a plan: made, started, watched, stopped."""

    def __init__(self, stack: Stack, plan: Plan, folder: Path) -> None:
        self._stack, self._plan, self._folder = stack, plan, folder
        self._processes: list[subprocess.Popen[str]] = []
        self._tail = Tail(folder)

    @property
    def workers(self) -> tuple[str, ...]:
        """The names of all workers."""
        return tuple(
            worker_name(client.name, database.name, number)
            for client in self._plan.clients
            for database in self._plan.databases
            for number in range(WORKERS)
        )

    @property
    def text(self) -> str:
        """The load in a sentence."""
        places, units = len(self._plan.clients), len(self._plan.databases)
        return (
            f"{len(self.workers)} connections ({WORKERS} from each of {places} places to each of "
            f"{units} databases), each trying {RATE:g} transfers a second "
            f"between {ACCOUNTS} accounts"
        )

    def make(self) -> None:
        """Give each client a place in the network, its round trip away from every site."""
        for client in self._plan.clients:
            create_host(
                self._stack,
                HostSpec(name=client.name, addresses=(client.address,), disk_mib=0, kind="client"),
            )
            power_on(self._stack, client.name)
        set_links(
            self._stack,
            [
                LinkSetting(a=client.name, b=site.name, rtt_us=round(client.rtt * 1e6))
                for client in self._plan.clients
                for site in self._plan.sites
            ],
        )

    def start(self) -> None:
        """Start the workload in every place."""
        for client in self._plan.clients:
            settings = self._settings(client.name)
            with (self._folder / f"{client.name}.log").open("a") as log:
                process: subprocess.Popen[str] = popen_in_host(
                    self._stack,
                    client.name,
                    [sys.executable, "-P", "-m", "tricenter.drills.workload"],
                    cwd="/",
                    text=True,
                    stdin=subprocess.PIPE,
                    stdout=log,
                    stderr=log,
                )
            self._processes.append(process)
            assert process.stdin is not None  # noqa: S101 - asked for above
            process.stdin.write(settings.line())
            process.stdin.flush()

    def look(self) -> Sequence[Event]:
        """What clients have seen since the last look; LabError when one has ended by itself."""
        for process in self._processes:
            if process.poll() is not None:
                raise LabError(f"a client ended with {process.returncode}: see {self._folder}")
        return self._tail.more()

    def stop(self) -> None:
        """Tell every client to end and wait for it; one that does not end is killed."""
        for process in self._processes:
            if process.stdin is not None and not process.stdin.closed:
                process.stdin.close()
        for process in self._processes:
            try:
                process.wait(END_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._processes.clear()

    def _settings(self, client: str) -> Settings:
        plan = self._plan
        return Settings(
            client=client,
            folder=str(self._folder),
            servers=tuple(server.address for server in plan.zone.servers),
            databases=tuple(access(self._stack, database) for database in plan.databases),
            public=tuple(PublicName(name=r.name, port=r.check_port) for r in plan.zone.records),
            workers=WORKERS,
            rate=RATE,
            accounts=ACCOUNTS,
            timeout=plan.timing.client_timeout,
            server_port=machine_of(self._stack).reach(self._stack, "", PORT)[1],
            # In a network of its own, a place has no other address to ask from.
            source=None if "namespaces" in self._stack.can else self._address(client),
        )

    def _address(self, client: str) -> str:
        return next(entry.address for entry in self._plan.clients if entry.name == client)
