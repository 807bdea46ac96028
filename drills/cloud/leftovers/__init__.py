"""What deployments have left in a cloud, or had begun there; two files for each cloud."""

from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Protocol, cast

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A thing that a killed run was making: its `id`, and what of it the cloud has `told`."""

    id: str
    told: Mapping[str, Any] = field(default_factory=dict[str, Any])


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


Find = Callable[[str, Mapping[str, Any]], Begun | None]
"""Finds a thing by its type, without the cloud's prefix, and its arguments; None for one that was
not begun, or that can be made again. Raises RoleError where the cloud does not say."""


class Finder(Protocol):
    """The other module of a cloud, which ends in `_begun`: finds things of a stack, by its id."""

    def finder(self, stack: str) -> Find: ...


def find_begun(
    cloud: Cloud, operations: Iterable[Mapping[str, Any]], stack: str
) -> dict[str, Begun]:
    """By URN, what operations of the engine had begun to make in a cloud, where that can be told.

    `stack` is the id of the stack. Raises ScanError where the cloud does not say: what was begun
    and then forgotten would be there twice.
    """
    find = cast(Finder, import_module(f"{__name__}.{cloud}_begun")).finder(stack)
    found: dict[str, Begun] = {}
    try:
        for operation in operations:
            resource: Mapping[str, Any] = operation["resource"]
            owner, _, kind = str(resource["type"]).partition(":")
            begun = find(kind, resource.get("inputs") or {}) if owner == cloud else None
            if begun is not None:
                found[str(resource["urn"])] = begun
    except RoleError as error:
        raise ScanError(
            f"what the interrupted run had begun cannot be told: {error}; repeat this when the "
            "cloud answers, or forget it with `pulumi refresh --clear-pending-creates` and look "
            f"with `tricenter leftovers --target {cloud}` afterwards"
        ) from None
    return found
