"""The plan guard: what a preview would destroy of data is refused, unless each is named."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from tricenter.cli.events import Event
from tricenter.topology.cloud_types import holding
from tricenter.topology.errors import TricenterError

Verb = Literal["delete", "replace", "detach"]

LINKS = frozenset(
    {
        "globalClusterIdentifier",
        "replicationSourceIdentifier",
        "replicateSourceDb",
        "masterInstanceName",
        "replicaNames",
        "instanceType",
        "replicationCluster",
        "clusterType",
        "secondaryConfig",
    }
)
"""Inputs that tie a copy to the one it follows: taken away, it is cut loose or promoted."""

REPLACING = frozenset({"replace", "create-replacement", "delete-replaced", "import-replacement"})
"""The engine's words for the steps of one replacement."""


class UnsafeChange(TricenterError):
    """A preview would destroy data that nobody has named; the text lists everything."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Danger:
    """One step of a preview that data would be lost with; `what` says which data."""

    name: str
    verb: Verb
    type: str
    what: str

    def __str__(self) -> str:
        return f"{self.verb} {self.name} ({self.type}): {self.what}"


def find_dangers(steps: Iterable[Event]) -> tuple[Danger, ...]:
    """Every delete, replace or detach of something that holds data, by name, each once."""
    found: dict[tuple[str, str], Danger] = {}
    for step in steps:
        verb = _verb(step)
        if verb is None or step.type not in holding():
            continue
        danger = Danger(name=step.name, verb=verb, type=step.type, what=holding()[step.type])
        key = (step.name, step.type)
        # A replacement is told as three steps, of which one is the delete of the old.
        if key not in found or verb == "replace":
            found[key] = danger
    return tuple(sorted(found.values()))


def refuse_unless_allowed(steps: Iterable[Event], allowed: Iterable[str] = ()) -> None:
    """Raise UnsafeChange, which lists every danger whose resource is not named in `allowed`."""
    named = set(allowed)
    refused = [danger for danger in find_dangers(steps) if danger.name not in named]
    if refused:
        flags = " ".join(f"--allow {name}" for name in dict.fromkeys(d.name for d in refused))
        listed = "\n".join(f"  {danger}" for danger in refused)
        raise UnsafeChange(
            f"refused, since data would be lost with {len(refused)} of these changes:\n{listed}\n"
            f"if that is wanted, name each one: {flags}"
        )


def _verb(step: Event) -> Verb | None:
    if step.op in REPLACING:
        return "replace"
    if step.op == "delete":
        return "delete"
    if step.op == "update" and any(map(_cuts_loose, step.changed.items())):
        return "detach"
    return None


def _cuts_loose(change: tuple[str, str]) -> bool:
    """Whether a changed input (`path`, kind of change) is a link that is taken away or moved."""
    path, kind = change
    first = path.partition(".")[0].partition("[")[0]
    # A link set where there was none ties; one that changes is taken from what it named before.
    return first in LINKS and not (kind == "add" and path == first)
