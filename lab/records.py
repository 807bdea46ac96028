"""The plain data that the lab's physical layer takes and gives."""

from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path
from typing import Literal

from tricenter.lab.errors import LabError
from tricenter.lab.stack import Stack, check_name, read_json

HostKind = Literal["site", "witness", "client", "vault"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HostSpec:
    """A host: a machine with a disk, or with `disk_mib` 0 only a place in the network.

    `addresses` are IPv4 and unique in the stack; the first is the one that its name stands for.
    """

    name: str
    addresses: tuple[str, ...]
    disk_mib: int
    kind: HostKind

    def __post_init__(self) -> None:
        check_name(self.name, "host name")
        object.__setattr__(self, "addresses", tuple(self.addresses))
        for address in self.addresses:
            IPv4Address(address)
        if not self.addresses:
            raise LabError(f"host {self.name} has no address")
        if self.disk_mib and self.disk_mib < 16:
            raise LabError(f"the disk of host {self.name} must have 16 MiB at least, or none")


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkSetting:
    """What to change between two hosts; None leaves it. `rtt_us` is a round trip."""

    a: str
    b: str
    rtt_us: int | None = None
    cut: bool | None = None
    loss: float | None = None
    one_way: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One direction between two hosts: delay in microseconds, loss from 0 to 1."""

    source: str
    target: str
    delay_us: int
    cut: bool
    loss: float


def find_host(stack: Stack, name: str) -> HostSpec:
    """The host of that name; LabError when there is none."""
    spec = read_spec(stack.path / "hosts" / name / "host.json")
    if spec is None:
        raise LabError(f"there is no host {name!r} in stack {stack.id}")
    return spec


def read_spec(path: Path) -> HostSpec | None:
    """The host that a file describes, None when there is no file."""
    try:
        return HostSpec(**read_json(path))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError) as error:
        raise LabError(f"{path} is damaged: {error}; sweep the stack") from None
