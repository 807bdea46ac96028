"""Hosts without namespaces: folders and loopback addresses, where root or TUN is not to be had."""

import os
import re
import subprocess
import sys
import zlib
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from ipaddress import IPv4Address
from pathlib import Path

from tricenter.lab.disk import host_folder
from tricenter.lab.errors import LabError
from tricenter.lab.namespaces import drop_privileges
from tricenter.lab.network.links import drop_host, put_host
from tricenter.lab.processes import describe, tag_of, tagged
from tricenter.lab.records import HostSpec
from tricenter.lab.stack import Stack
from tricenter.lab.waits import TIMEOUTS

ADDRESS = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")
PLACE = re.compile(r"(?<![\w/.-])/(srv|run)(?![\w-])")
INSIDE = ("10", "77")
"""How addresses of sites begin in every plan; the other half is kept, being unique there."""
OTHERS_FROM, OTHERS = 100, 100
"""Third numbers that neither a site (from 1) nor a witness (from 200) has: for all else."""


class Loopback:
    """Processes of one machine told apart by their environment; everything else is shared."""

    can = frozenset[str]()
    limits = (
        (
            "the hosts share one network: no delay between them, no partition, and addresses in "
            "127.0.0.0/8 instead of the plan's"
        ),
        "the hosts share one disk: none of them can be full by itself",
        (
            "the hosts share processes, memory and names: a power loss ends their processes one "
            "after another, and the kernel says farewell to their peers, which a lost site does not"
        ),
        "as an ordinary user, port 53 may be refused, and every service runs as that user",
    )

    def why_not(self) -> str | None:
        """The reason that it cannot be used here: there is none on Linux."""
        return None if sys.platform == "linux" else "it needs Linux"

    def create(self, stack: Stack, spec: HostSpec) -> None:
        """Make the host's folders."""
        folder = host_folder(stack, spec.name)
        for part in ("srv", "run"):
            (folder / part).mkdir(mode=0o755, parents=True, exist_ok=True)
        for passed in (folder, folder.parent, stack.path):
            passed.chmod(0o711)  # services of other users go through, and see nothing
        local = {local_address(stack.id, address): address for address in spec.addresses}
        if len(local) < len(spec.addresses):
            raise LabError(f"addresses of host {spec.name} fall together on loopback")
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
        """Whether the process is the supervisor of that host."""
        mark, process = tag_of(pid), describe(pid)
        if mark is None or process is None or (mark.stack, mark.host) != (stack.id, name):
            return False
        return "tricenter.lab.supervisor" in process.argv

    def process_ids(self, stack: Stack, spec: HostSpec) -> tuple[int, ...]:
        """Every living process that has the host in its environment."""
        return tuple(m.pid for m in tagged() if (m.stack, m.host) == (stack.id, spec.name))

    def command(
        self, stack: Stack, spec: HostSpec, pid: int | None, argv: Sequence[str], user: str | None
    ) -> list[str]:
        """The command line, as the user where that is possible."""
        if spec.disk_mib and pid is None:
            raise LabError(f"host {spec.name} of stack {stack.id} is off")
        drop = drop_privileges(user) if os.geteuid() == 0 else []
        return [*drop, *(self.localise(stack, spec.name, word) for word in argv)]

    def run_folder(self, stack: Stack, name: str, pid: int) -> str:  # noqa: ARG002
        """The folder that stands for the host's /run."""
        return str(host_folder(stack, name) / "run")

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
        """The text with loopback addresses, and the host's folders for /srv and /run."""
        folder = str(host_folder(stack, name))
        text = text.replace("/run/tricenter/venv", sys.prefix)
        text = PLACE.sub(lambda found: f"{folder}/{found[1]}", text)
        return ADDRESS.sub(lambda found: local_address(stack.id, found[0]), text)


def local_address(stack_id: str, address: str) -> str:
    """The loopback address that stands for one of a stack; those that are local stay."""
    try:
        numbers = str(IPv4Address(address)).split(".")
    except ValueError:
        return address
    if numbers[0] in ("0", "127", "255"):
        return address
    # Stacks keep apart by their second number; two that share it fail loudly, on a taken port.
    second = 1 + zlib.crc32(stack_id.encode()) % 254
    third = numbers[2]
    if tuple(numbers[:2]) != INSIDE:
        third = str(OTHERS_FROM + zlib.crc32(".".join(numbers[:3]).encode()) % OTHERS)
    return f"127.{second}.{third}.{numbers[3]}"


MACHINE = Loopback()
