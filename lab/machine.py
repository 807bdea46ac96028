"""What a kind of lab must provide; two do: namespaces, and loopback for want of them."""

import os
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from tricenter.lab.errors import LabError
from tricenter.lab.records import HostSpec
from tricenter.lab.stack import NetworkKind, Stack

KINDS: tuple[NetworkKind, ...] = ("namespaces", "loopback")


class Machine(Protocol):
    """How hosts exist on this computer. Every method may be repeated and works on half a host."""

    can: frozenset[str]
    limits: tuple[str, ...]

    def why_not(self) -> str | None:
        """The reason that it cannot be used here, None when it can."""
        ...

    def create(self, stack: Stack, spec: HostSpec) -> None:
        """Make the host's place in the network and its disk, without power."""
        ...

    def delete(self, stack: Stack, name: str) -> None:
        """Take away what `create` made; no process of the host is left by then."""
        ...

    def boot(self, stack: Stack, spec: HostSpec, environment: Mapping[str, str]) -> int:
        """Start the supervisor as the host's first process; its pid."""
        ...

    def is_first(self, pid: int, stack: Stack, name: str) -> bool:
        """Whether the process is the first one of that host."""
        ...

    def process_ids(self, stack: Stack, spec: HostSpec) -> tuple[int, ...]:
        """Every living process of the host, the first one too."""
        ...

    def command(
        self, stack: Stack, spec: HostSpec, pid: int | None, argv: Sequence[str], user: str | None
    ) -> AbstractContextManager[tuple[list[str], tuple[int, ...]]]:
        """The command line that runs `argv` in the host whose first process is `pid`.

        With the descriptors that it needs to be given, which are open meanwhile. LabError when the
        host is off.
        """
        ...

    def run_folder(self, stack: Stack, name: str, pid: int) -> AbstractContextManager[Path]:
        """The host's /run as a path from outside, for use meanwhile; LabError when it is off."""
        ...

    def disk(self, stack: Stack, name: str) -> AbstractContextManager[Path]:
        """The host's /srv as a path from outside."""
        ...

    def power_gone(self, stack: Stack, name: str) -> None:
        """Let go of what only a running host needs."""
        ...

    def enter(self, stack: Stack, name: str) -> AbstractContextManager[None]:
        """Have the calling thread in the host's network meanwhile."""
        ...

    def localise(self, stack: Stack, name: str, text: str) -> str:
        """A text for the host with addresses and paths as they are on this kind of machine."""
        ...

    def reach(self, stack: Stack, address: str, port: int) -> tuple[str, int]:
        """Where a plan's address and port are for whoever asks from outside the hosts."""
        ...

    def planned(self, stack: Stack, address: str) -> str:
        """The plan's address that one in an answer stands for; `reach` the other way round."""
        ...

    def certified(self, stack: Stack, name: str) -> tuple[str, ...]:
        """Further addresses under which peers reach the host, for its certificate."""
        ...

    def inner(self, stack: Stack, name: str) -> Mapping[str, str]:
        """What programs in the host need in their environment to find its folders."""
        ...


def load_machine(kind: NetworkKind) -> Machine:
    """One kind of lab; only its own modules are imported."""
    return cast(Machine, import_module(f"tricenter.lab.{kind}").MACHINE)


def machine_of(stack: Stack) -> Machine:
    """The kind of lab that a stack was made with."""
    return load_machine(stack.state().network)


def best_network() -> NetworkKind:
    """The kind of lab to use here: TRICENTER_LAB_NETWORK, else namespaces where they work."""
    named = os.environ.get("TRICENTER_LAB_NETWORK")
    kinds: list[NetworkKind] = [kind for kind in KINDS if not named or kind == named]
    if not kinds:
        raise LabError(f"TRICENTER_LAB_NETWORK is {named!r}, not one of {', '.join(KINDS)}")
    reasons: list[str] = []
    for kind in kinds:
        reason = load_machine(kind).why_not()
        if reason is None:
            return kind
        reasons.append(f"{kind}: {reason}")
    raise LabError(f"no network for a lab can be used here: {'; '.join(reasons)}")
