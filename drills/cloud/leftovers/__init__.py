"""What deployments have left in a cloud, found by their tags and labels; one file a cloud."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from typing import Protocol, cast

from tricenter.roles.interface import RoleError
from tricenter.topology.errors import TricenterError
from tricenter.topology.placement import Cloud

Stacks = frozenset[str] | None
"""Ids of stacks; None stands for all."""


class ScanError(TricenterError):
    """A cloud cannot be asked what is in it; the text says why, and what can be done."""

    exit_code = 4


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Leftover:
    """One thing in a cloud that a stack made.

    `stack` is the id of its stack, `topology` the name of its spec, `place` its region or project.
    `run` and `expires` are those of a drill; an empty text where the thing does not say. `owner`
    is its account or project, `reference` its ARN, or the full name that Google gave it, `label`
    the name in its tags.
    """

    stack: str
    cloud: str
    kind: str
    name: str
    place: str
    topology: str = ""
    run: str = ""
    expires: str = ""
    owner: str = ""
    reference: str = ""
    label: str = ""


@dataclass(slots=True, kw_only=True)
class Scan:
    """What was found in a cloud.

    `going` are things that the cloud itself deletes later and nobody can delete sooner, with the
    date; `unseen` are lists that the cloud did not give, each with the reason: what they would
    have held is not known to be gone.
    """

    found: set[Leftover] = field(default_factory=set[Leftover])
    going: list[str] = field(default_factory=list[str])
    unseen: list[str] = field(default_factory=list[str])

    @contextmanager
    def noting(self, what: str) -> Generator[None]:
        """Note a list that the cloud refuses, and go on with the others."""
        try:
            yield
        except RoleError as error:
            self.unseen.append(f"{what}: {error}")


class Scanner(Protocol):
    """A module of this folder.

    `scan` looks for stacks, by their ids, or for all. `places` are the regions to look into, all
    that the catalog of the cloud names when it is empty. Raises ScanError.
    """

    def scan(self, stacks: Stacks, places: tuple[str, ...]) -> Scan: ...


def scan(cloud: Cloud, *stacks: str, places: tuple[str, ...] = ()) -> Scan:
    """What carries our tags or labels in a cloud: everything, or what is of some stacks."""
    scanner = cast(Scanner, import_module(f"{__name__}.{cloud}"))
    return scanner.scan(frozenset(stacks) or None, places)
