"""Hosts without namespaces: folders and loopback addresses, where root or TUN is not to be had."""

import os
import pwd
import subprocess
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from tricenter.lab.boot import first_closed
from tricenter.lab.disk import host_folder
from tricenter.lab.errors import LabError, OffError
from tricenter.lab.held_process import held_process, is_our_own
from tricenter.lab.namespaces import drop_privileges
from tricenter.lab.network.links import drop_host, put_host, read_matrix
from tricenter.lab.processes import describe, tag_of, tagged
from tricenter.lab.records import HostSpec, find_host
from tricenter.lab.stack import ROOT_VARIABLE, Stack, lab_home
from tricenter.lab.translation import (
    Dialect,
    local_address,
    local_port,
    own_loopback,
    translate,
)
from tricenter.lab.waits import TIMEOUTS

PLACES = ("srv", "run", "tmp")


def ordinary_limits() -> tuple[str, ...]:
    """What is less than with root's rights."""
    if os.geteuid() == 0:
        return ()
    return ("every service runs as the user who deploys, and no backup can be made immutable",)


class Loopback:
    """Processes of one machine told apart by their environment; everything else is shared."""

    can = frozenset[str]()
    limits = (
        (
            "the hosts share one network: no delay between them, no partition, addresses in "
            "127.0.0.0/8 instead of the plan's, and every connection to a database comes from "
            "127.0.0.1, so that its rules by address prove nothing"
        ),
        (
            "the hosts share one disk: none of them can be full by itself, what would be in memory "
            "(/run) is on it, and a vault is a folder beside them that is closed, not unplugged, "
            "and immutable only where this disk's file system can do that"
        ),
        (
            "the hosts share processes, memory and names: a power loss ends their processes one "
            "after another, and the kernel says farewell to their peers, which a lost site does not"
        ),
        (
            "ports below 1024 are for root alone: names are answered on port 10053 instead of 53, "
            "and public names serve on 10443 instead of 443"
        ),
        *ordinary_limits(),
    )

    def why_not(self) -> str | None:
        """The reason that it cannot be used here: services could not read what they run."""
        if sys.platform != "linux":
            return "it needs Linux"
        if os.geteuid() != 0:
            return None if ordinary_user() else f"user {os.geteuid()} has no name on this machine"
        read = (sys.prefix, sys.base_prefix, Path(__file__).resolve().parent, lab_home())
        closed = sorted({found for path in read if (found := first_closed(_there(path)))})
        if closed:
            return (
                f"services of other users cannot pass {' and '.join(closed)}; put the checkout "
                "and TRICENTER_LAB_HOME where everybody may read, such as /opt and /var/lib"
            )
        return None

    def create(self, stack: Stack, spec: HostSpec) -> None:
        """Make the host's folders."""
        folder = host_folder(stack, spec.name)
        for part in PLACES:
            (folder / part).mkdir(mode=0o755, parents=True, exist_ok=True)
        (folder / "tmp").chmod(0o1777)
        for passed in (folder, folder.parent, stack.path):
            passed.chmod(0o711)  # services of other users go through, and see nothing
        hosts = read_matrix(stack)["hosts"]
        others = {a for name, host in hosts.items() if name != spec.name for a in host["addresses"]}
        wanted = {*spec.addresses, *others}
        if len({local_address(stack.id, address) for address in wanted}) < len(wanted):
            raise LabError(f"addresses of host {spec.name} fall together on loopback with others")
        put_host(stack, spec.name, spec.addresses)

    def delete(self, stack: Stack, name: str) -> None:
        """Forget the host; its folder goes with its record."""
        drop_host(stack, name)

    def boot(self, stack: Stack, spec: HostSpec, environment: Mapping[str, str]) -> int:
        """Start the supervisor in the background; its pid."""
        folder = host_folder(stack, spec.name)
        places = [str(folder / "srv"), str(folder / "run")]
        argv = [sys.executable, "-m", "tricenter.lab.supervisor", *places]
        log = folder / "srv/log/supervisor.log"
        log.parent.mkdir(exist_ok=True)
        with log.open("ab") as out:
            done = subprocess.run(
                argv, env=dict(environment), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=out, timeout=TIMEOUTS.boot, check=False, text=True, cwd="/",
            )  # fmt: skip
        if done.returncode != 0:
            raise LabError(f"host {spec.name} did not boot: {log.read_text()[-500:]}")
        return int(done.stdout)

    def is_first(self, pid: int, stack: Stack, name: str) -> bool:
        """Whether the process is the supervisor of that host, started by our own user."""
        mark, process = tag_of(pid), describe(pid)
        if mark is None or process is None or (mark.stack, mark.host) != (stack.id, name):
            return False
        try:
            with held_process(pid) as held:
                return is_our_own(held) and "tricenter.lab.supervisor" in process.argv
        except OSError:
            return False

    def process_ids(self, stack: Stack, spec: HostSpec) -> tuple[int, ...]:
        """Every living process that has the host in its environment."""
        return tuple(m.pid for m in tagged() if (m.stack, m.host) == (stack.id, spec.name))

    @contextmanager
    def command(
        self, stack: Stack, spec: HostSpec, pid: int | None, argv: Sequence[str], user: str | None
    ) -> Generator[tuple[list[str], tuple[int, ...]]]:
        """The command line, as the user where that is possible."""
        if spec.disk_mib and pid is None:
            raise OffError(f"host {spec.name} of stack {stack.id} is off")
        drop = drop_privileges(user) if os.geteuid() == 0 else []
        yield [*drop, *(self.localise(stack, spec.name, word) for word in argv)], ()

    def run_folder(self, stack: Stack, name: str, pid: int) -> AbstractContextManager[Path]:
        """The folder that stands for the host's /run."""
        del pid
        return nullcontext(host_folder(stack, name) / "run")

    def disk(self, stack: Stack, name: str) -> AbstractContextManager[Path]:
        """The folder that stands for the host's /srv."""
        return nullcontext(host_folder(stack, name) / "srv")

    def power_gone(self, stack: Stack, name: str) -> None:
        """Nothing is held by a host that is off."""

    def enter(self, stack: Stack, name: str) -> AbstractContextManager[None]:
        """Nothing to enter: every address is reached from everywhere."""
        del stack, name
        return nullcontext()

    def localise(self, stack: Stack, name: str, text: str) -> str:
        """The text with loopback addresses, ports and the host's folders for /srv and /run."""
        return translate(text, _dialect(stack, name))

    def reach(self, stack: Stack, address: str, port: int) -> tuple[str, int]:
        """The loopback address and the port that stand for a plan's."""
        return local_address(stack.id, address), local_port(port)

    def planned(self, stack: Stack, address: str) -> str:
        """The plan's address that a loopback address stands for."""
        known = (a for host in read_matrix(stack)["hosts"].values() for a in host["addresses"])
        return next((a for a in known if local_address(stack.id, a) == address), address)

    def certified(self, stack: Stack, name: str) -> tuple[str, ...]:
        """The loopback addresses of a host; its own, since pgBackRest is told them as names."""
        addresses = find_host(stack, name).addresses
        own = own_loopback(stack.id, addresses[0])
        return (own, *(local_address(stack.id, address) for address in addresses))

    def inner(self, stack: Stack, name: str) -> Mapping[str, str]:
        """Where a program of the lab finds its host's /srv and /run."""
        return {ROOT_VARIABLE: str(host_folder(stack, name))}


def ordinary_user() -> str | None:
    """The name of the user as whom everything runs; None for root, or without a name."""
    try:
        return None if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return None


def _dialect(stack: Stack, name: str) -> Dialect:
    hosts = read_matrix(stack)["hosts"]
    addresses = {host: data["addresses"][0] for host, data in hosts.items()}
    own = addresses.get(name) or find_host(stack, name).addresses[0]
    return Dialect(
        stack=stack.id,
        home=str(lab_home()),
        folder=str(host_folder(stack, name)),
        loopback=own_loopback(stack.id, own),
        user=ordinary_user(),
        folders={host: str(host_folder(stack, host)) for host in addresses},
        addresses={host: local_address(stack.id, a) for host, a in addresses.items()},
    )


def _there(path: str | Path) -> str:
    """The path, or the nearest folder above it that exists already."""
    found = Path(path)
    while not found.exists():
        found = found.parent
    return str(found)


MACHINE = Loopback()
