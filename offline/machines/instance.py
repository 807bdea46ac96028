"""A machine as its emulated cloud describes it, and what the cloud gives to it alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from tricenter.offline.machines.first_boot import FirstBoot


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """An instance of EC2 or Compute Engine; `disk` is its data disk's id, None before it has one.

    `place` is its region, or project and zone; `addresses` are all that its network device has.
    """

    cloud: str
    name: str
    place: str
    runs: bool
    addresses: tuple[str, ...]
    disk: str | None

    @property
    def key(self) -> str:
        """A name that no other instance has."""
        return f"{self.cloud}/{self.place}/{self.name}"


class Cloud(Protocol):
    """One emulated cloud, as machines and those who own them ask it.

    `mark` changes whenever something in the cloud may have; asking costs nothing. The others ask
    the cloud by its own interface; OSError where it does not run or does not have it.
    """

    def mark(self) -> object: ...

    def instances(self) -> Iterator[Instance]: ...

    def first_boot(self, instance: Instance) -> FirstBoot: ...

    def secret(self, name: str, region: str, project: str | None) -> str: ...

    def read(self, bucket: str, key: str, region: str) -> str: ...
