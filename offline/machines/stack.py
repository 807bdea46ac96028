"""The machines of one stack that run: their store, and the members that they are home to."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

from tricenter.offline.machines.boot import Booted
from tricenter.offline.machines.errors import MachineFault
from tricenter.offline.machines.instance import Instance
from tricenter.offline.machines.postgres import Server
from tricenter.offline.machines.store import Store

if TYPE_CHECKING:
    from tricenter.offline.machines.member import Member

logger = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class Machine:
    """A machine that runs as a site."""

    instance: Instance
    booted: Booted
    members: list["Member"] = field(default_factory=list["Member"])


@dataclass(slots=True)
class Wire:
    """The members of one database that can reach each other: those on machines that run."""

    stack: "Stack"
    database: str

    def server(self, name: str) -> Server | None:
        """The PostgreSQL of a member, None while its machine is off."""
        return next((s for s in self._servers() if s.name == name), None)

    def others(self, name: str) -> tuple[Server, ...]:
        """The PostgreSQL of every other member."""
        return tuple(server for server in self._servers() if server.name != name)

    def _servers(self) -> Iterable[Server]:
        for machine in self.stack.running():
            for member in machine.members:
                if member.powered and member.config["scope"] == self.database:
                    yield member.server


class Stack:
    """One deployment's machines; its folder has what their data disks hold."""

    def __init__(self, name: str, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.name, self._folder = name, folder
        self.machines: dict[str, Machine] = {}
        self._lock = RLock()
        self.store = Store(folder / "store.json")
        self.store.changed_leader = self._wake

    def running(self) -> tuple[Machine, ...]:
        """The machines that run now."""
        with self._lock:
            return tuple(self.machines.values())

    def power_on(self, instance: Instance, booted: Booted, make: "Make") -> None:
        """Start a machine's services; raises MachineFault for one that cannot start."""
        machine = Machine(instance=instance, booted=booted)
        made = [make(self, machine, name, folder) for name, folder in booted.databases.items()]
        for member in made:
            if member.address not in instance.addresses:
                raise MachineFault(
                    f"Patroni cannot listen at {member.address}: the machine has only "
                    f"{', '.join(instance.addresses)}"
                )
        machine.members.extend(made)
        with self._lock:
            self.machines[instance.key] = machine
        self._count_voices()
        for member in made:
            member.boot()

    def power_off(self, key: str) -> None:
        """End a machine at once."""
        with self._lock:
            machine = self.machines.pop(key, None)
        if machine is not None:
            for member in machine.members:
                member.lose_power()
            self._count_voices()

    def port(self, address: str, port: int) -> int | None:
        """The local port of an address inside the stack's networks."""
        for machine in self.running():
            for member in machine.members:
                if member.ready and (member.address, member.port) == (address, port):
                    return member.local
        return None

    def ask_store(self, hosts: Sequence[str], method: str, fields: Mapping[str, Any]) -> Any:
        """The store's answer at the first of these addresses where a voice listens."""
        asked = {host.rpartition(":")[0].removeprefix("https://").strip("/") for host in hosts}
        voices = {
            str(machine.booted.voice["name"])
            for machine in self.running()
            if machine.booted.voice is not None and _listens(machine.booted.voice) & asked
        }
        return self.store.call(voices, method, fields)

    def disk(self, instance: Instance, database: str) -> Path:
        """The file of a database's data on a machine's data disk."""
        folder = self._folder / "disks" / str(instance.disk)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return folder / f"{database}.json"

    def _count_voices(self) -> None:
        settings = [m.booted.voice for m in self.running() if m.booted.voice is not None]
        known = {name for one in settings for name in _cluster(one)}
        self.store.set_voices(known or self.store.voices, {str(one["name"]) for one in settings})

    def _wake(self) -> None:
        for machine in self.running():
            for member in machine.members:
                member.wake()


Make = Callable[[Stack, Machine, str, Path], "Member"]
"""Makes the member of a database on a machine from the folder of its settings."""


def make_member(stack: Stack, machine: Machine, name: str, folder: Path) -> "Member":
    """A member with Patroni's own code; MachineFault for settings that Patroni refuses."""
    try:
        from tricenter.offline.machines.member import Member, Surroundings
    except ImportError as error:
        raise MachineFault(f"{error.name} is missing: `make setup` brings Patroni") from None
    around = Surroundings(
        scope=f"{stack.name}/{name}",
        disk=stack.disk(machine.instance, name),
        wire=Wire(stack, name),
        store=stack.ask_store,
        port=stack.port,
    )
    try:
        return Member(folder, around)
    except Exception as error:  # noqa: BLE001 - Patroni has no one kind for it
        raise MachineFault(f"Patroni refuses its settings of {name}: {error}") from None


def _listens(voice: Mapping[str, Any]) -> set[str]:
    """The addresses at which a voice takes clients."""
    urls = str(voice["listen-client-urls"]).split(",")
    return {url.removeprefix("https://").rpartition(":")[0] for url in urls}


def _cluster(voice: Mapping[str, Any]) -> set[str]:
    """The names of all voices, as one has them in its settings."""
    return {entry.partition("=")[0] for entry in str(voice["initial-cluster"]).split(",")}
