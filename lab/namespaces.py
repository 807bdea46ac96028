"""Hosts as namespaces: own network, processes, mounts, shared memory and name, and a real disk."""

import json
import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

from tricenter.lab import boot
from tricenter.lab.disk import attach_disk, create_disk, detach_disk, disk_mounted, host_folder
from tricenter.lab.errors import LabError, OffError
from tricenter.lab.held_process import (
    environment_of,
    held_namespaces,
    held_process,
    held_root,
    is_first_of_its_own,
    is_our_own,
    namespace_of,
)
from tricenter.lab.network.devices import (
    create_place,
    delete_place,
    enter_place,
    place_exists,
    place_path,
)
from tricenter.lab.network.links import drop_host, put_host
from tricenter.lab.processes import in_namespace
from tricenter.lab.records import HostSpec
from tricenter.lab.stack import HOST_VARIABLE, STACK_VARIABLE, Stack, lab_home
from tricenter.lab.waits import TIMEOUTS

TOOLS = ("ip", "nsenter", "setpriv", "losetup", "mount", "umount", "mkfs.ext4")


class Namespaces:
    """Linux namespaces, a TUN device and a loop-mounted disk for each host; needs root."""

    can = frozenset({"delay", "cut", "bounded-disk", "namespaces"})
    limits = (
        (
            "all hosts share one kernel, its page cache and its clock: killing a host's processes "
            "proves replication, not that anything reached a disk"
        ),
        "all hosts share this machine's processors: absolute times depend on it",
    )

    def why_not(self) -> str | None:
        """The reason that namespaces cannot be used here, None when they can."""
        if os.geteuid() != 0:
            return "it needs root"
        lost = [tool for tool in TOOLS if shutil.which(tool) is None]
        if lost:
            return f"not installed: {', '.join(lost)}"
        lost = [p for p in ("/dev/net/tun", "/dev/loop-control") if not Path(p).exists()]
        if lost:
            return f"this kernel or container has no {' and no '.join(lost)}"
        done = subprocess.run(
            ["unshare", "--net", "--mount", "--ipc", "--uts", "--pid", "--fork", "true"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        return None if done.returncode == 0 else f"namespaces: {done.stderr.strip()}"

    def create(self, stack: Stack, spec: HostSpec) -> None:
        """Make the host's place in the network and its disk, without power."""
        if spec.disk_mib:
            create_disk(stack, spec.name, spec.disk_mib)
        create_place(stack.id, spec.name, spec.addresses)
        put_host(stack, spec.name, spec.addresses)

    def delete(self, stack: Stack, name: str) -> None:
        """Take away what `create` made."""
        if host_folder(stack, name).exists() and not detach_disk(stack, name):
            raise LabError(f"the disk of host {name} is in use outside the host")
        # First the WAN process lets go: an open device would keep the namespace alive.
        drop_host(stack, name)
        delete_place(stack.id, name)

    def boot(self, stack: Stack, spec: HostSpec, environment: Mapping[str, str]) -> int:
        """Start the supervisor as PID 1 of new namespaces; its pid outside."""
        attach_disk(stack, spec.name)
        folder = host_folder(stack, spec.name)
        stage = folder / "run"
        stage.mkdir(exist_ok=True)
        (stack.path / "resolv.conf").touch(mode=0o644)
        request = {
            "name": spec.name,
            "network": str(place_path(stack.id, spec.name)),
            "stage": str(stage),
            "disk": str(folder / "disk"),
            "home": str(lab_home()),
            "hosts": str(stack.path / "hosts.txt"),
            "resolver": str(stack.path / "resolv.conf"),
            "prefix": sys.prefix,
            "base_prefix": sys.base_prefix,
            "python": Path(sys.executable).name,
            "packages": packages(),
            "environment": dict(environment),
        }
        done = subprocess.run(
            [sys.executable, "-I", "-S", boot.__file__], input=json.dumps(request), text=True,
            capture_output=True, env=dict(environment), timeout=TIMEOUTS.boot, check=False, cwd="/",
        )  # fmt: skip
        if done.returncode != 0:
            raise LabError(f"host {spec.name} did not boot: {done.stderr.strip()}")
        return int(done.stdout)

    def is_first(self, pid: int, stack: Stack, name: str) -> bool:
        """Whether the process is PID 1 of that host, which only who may make hosts can start."""
        try:
            with held_process(pid) as process:
                return _is_first(process, stack, name)
        except OSError:
            return False

    def process_ids(self, stack: Stack, spec: HostSpec) -> tuple[int, ...]:
        """Every living process in the host's network."""
        inode = place_inode(stack.id, spec.name)
        return () if inode is None else in_namespace("net", inode)

    @contextmanager
    def command(
        self, stack: Stack, spec: HostSpec, pid: int | None, argv: Sequence[str], user: str | None
    ) -> Generator[tuple[list[str], tuple[int, ...]]]:
        """The command line that enters all namespaces of the host, or the network of a place."""
        rest = ["--", *drop_privileges(user), *argv]
        if not spec.disk_mib:
            yield ["nsenter", f"--net={place_path(stack.id, spec.name)}", *rest], ()
            return
        with (
            _held_first(stack, spec.name, pid) as process,
            held_namespaces(process) as held,
            held_root(process) as root,
        ):
            options = {OPTIONS[kind]: number for kind, number in held.items()}
            # Else nsenter would end at the root of the mount namespace, outside of a chroot.
            options |= {"root": root, "wd": root}
            enter = (f"--{name}=/proc/self/fd/{number}" for name, number in options.items())
            yield ["nsenter", *enter, *rest], (*held.values(), root)

    @contextmanager
    def run_folder(self, stack: Stack, name: str, pid: int) -> Generator[Path]:
        """The host's /run as a path from outside."""
        with _held_first(stack, name, pid) as process:
            descriptor = os.open("root/run", os.O_PATH | os.O_DIRECTORY, dir_fd=process)
            try:
                yield Path(f"/proc/self/fd/{descriptor}")
            finally:
                os.close(descriptor)

    def disk(self, stack: Stack, name: str) -> AbstractContextManager[Path]:
        """The host's /srv as a path from outside."""
        return disk_mounted(stack, name)

    def power_gone(self, stack: Stack, name: str) -> None:
        """Unmount the disk of a host that is off."""
        detach_disk(stack, name)

    def enter(self, stack: Stack, name: str) -> AbstractContextManager[None]:
        """Have the calling thread in the host's network meanwhile."""
        if not place_exists(stack.id, name):
            raise LabError(f"there is no host {name} in stack {stack.id}")
        return enter_place(stack.id, name)

    def localise(self, stack: Stack, name: str, text: str) -> str:  # noqa: ARG002
        """The text as it is: addresses and paths are real here."""
        return text

    def reach(self, stack: Stack, address: str, port: int) -> tuple[str, int]:  # noqa: ARG002
        """The address and port as they are."""
        return address, port

    def planned(self, stack: Stack, address: str) -> str:  # noqa: ARG002
        """The address as it is."""
        return address

    def certified(self, stack: Stack, name: str) -> tuple[str, ...]:  # noqa: ARG002
        """None: peers use the plan's."""
        return ()

    def inner(self, stack: Stack, name: str) -> Mapping[str, str]:  # noqa: ARG002
        """Nothing: /srv and /run are where they seem to be."""
        return {}


OPTIONS = {"mnt": "mount", "uts": "uts", "ipc": "ipc", "net": "net", "pid": "pid"}
"""nsenter's words for kinds of namespaces."""


@contextmanager
def _held_first(stack: Stack, name: str, pid: int | None) -> Generator[int]:
    """PID 1 of a host, held open; LabError when the host is off."""
    with ExitStack() as held:
        try:
            process = held.enter_context(held_process(pid or 0))
            there = _is_first(process, stack, name)
        except OSError:  # it has ended
            there, process = False, -1
        if not there:
            raise OffError(f"host {name} of stack {stack.id} is off")
        yield process


def _is_first(process: int, stack: Stack, name: str) -> bool:
    """Whether a held process is PID 1 of a host.

    What it says of itself proves nothing: anybody can start a process that says it is a host, in
    namespaces of their own. It must be of our own user, and in the network made for the host.
    """
    inode = place_inode(stack.id, name)
    if inode is None or namespace_of(process, "net") != inode:
        return False
    if not is_our_own(process) or not is_first_of_its_own(process):
        return False
    marks = environment_of(process)
    return (marks.get(STACK_VARIABLE), marks.get(HOST_VARIABLE)) == (stack.id, name)


def drop_privileges(user: str | None) -> list[str]:
    """The start of a command line that goes on as another user, with that user's groups."""
    if user is None:
        return []
    try:
        entry = pwd.getpwnam(user)
    except KeyError:
        raise LabError(f"there is no user {user!r} on this machine") from None
    return ["setpriv", f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--init-groups"]


def place_inode(stack: str, host: str) -> int | None:
    """The inode number of a host's network namespace, None when there is none."""
    try:
        found = place_path(stack, host).stat()
    except OSError:
        return None
    # A file that a killed `ip netns add` left behind is no namespace.
    return found.st_ino if found.st_dev == Path("/proc/self/ns/net").stat().st_dev else None


def packages() -> dict[str, str]:
    """Our packages beside this one, by name: `lab` -> its folder, wherever it is installed."""
    folder = Path(__file__).resolve().parent.parent
    return {p.parent.name: str(p.parent) for p in sorted(folder.glob("*/__init__.py"))}


MACHINE = Namespaces()
