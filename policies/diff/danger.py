"""What a change would destroy of data, before any engine is asked."""

import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Literal

from tricenter.topology.document import Document
from tricenter.topology.errors import Path, Position, join_path
from tricenter.topology.spec import Consent, Topology

Verb = Literal["delete", "replace", "shrink"]
VERBS: tuple[Verb, ...] = ("delete", "replace", "shrink")
"""From the worst down: it is gone; it is made anew, empty or from a copy; less of it is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """A step by which data would be lost: `subject` is what, `message` which data and why.

    `path` is in the old spec for what goes, in the new one for what is changed.
    """

    verb: Verb
    subject: str
    message: str
    path: Path
    side: Literal["old", "new"]
    at: Literal["key", "value"] = "key"

    @property
    def name(self) -> str:
        """How a consent names it: `delete database ledger-b`."""
        return f"{self.verb} {self.subject}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Two specs of one deployment, on the targets that they are for."""

    old: Topology
    new: Topology
    old_target: str
    new_target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Danger:
    """A loss with its place in the file of its side, and whether somebody lets it through.

    `consent` is the line of the spec that does; an option does it without a line.
    """

    loss: Loss
    file: str
    position: Position
    allowed: bool = False
    consent: Consent | None = None

    def __str__(self) -> str:
        where = f"{self.file}:{self.position.line}:{self.position.column}"
        return f"{where}: {self.loss.verb}[{self.loss.subject}] {self.loss.message}"


Find = Callable[[Change], Iterator[Loss]]


@cache
def finders() -> tuple[Find, ...]:
    """The `find` of every module of the folder `dangers`, by name."""
    folder = import_module("tricenter.policies.diff.dangers")
    names = sorted(entry.name for entry in pkgutil.iter_modules(folder.__path__))
    return tuple(import_module(f"{folder.__name__}.{name}").find for name in names)


def find_dangers(change: Change, old: Document, new: Document) -> tuple[Danger, ...]:
    """Every loss with its place, the worst first, then by subject."""
    losses = [loss for find in finders() for loss in find(change)]
    return _placed(losses, old, new)


def all_gone(topology: Topology, read: Document) -> tuple[Danger, ...]:
    """The losses where the whole spec goes: every database, schedule of backups and vault."""
    kinds = (
        ("database", "databases", topology.databases, "goes with all its copies"),
        ("backup", "backups", topology.backups, "goes: no backup is made, kept or restored by it"),
        ("vault", "vaults", topology.vaults, "goes with the cold copies in it"),
    )
    losses = [
        Loss(
            verb="delete",
            subject=f"{kind} {name}",
            message=f"{name} {what}",
            path=(key, name),
            side="old",
        )
        for kind, key, found, what in kinds
        for name in sorted(found)
    ]
    return _placed(losses, read, read)


def _placed(losses: list[Loss], old: Document, new: Document) -> tuple[Danger, ...]:
    found = [_place(loss, old if loss.side == "old" else new) for loss in losses]
    return tuple(sorted(found, key=_rank))


def _place(loss: Loss, read: Document) -> Danger:
    here = read.existing(loss.path)
    by_key = loss.at == "key" or here != loss.path
    position = read.key_position(here) if by_key else read.value_position(here)
    return Danger(loss=loss, file=read.file, position=position)


def _rank(danger: Danger) -> tuple[int, str, str, str]:
    loss = danger.loss
    return VERBS.index(loss.verb), loss.subject, loss.message, join_path(loss.path)
