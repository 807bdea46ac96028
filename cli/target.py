"""The option `--target` of the commands that read a spec, and what the target cannot have."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from tricenter.topology.target import TargetName

if TYPE_CHECKING:
    from tricenter.topology.document import Document
    from tricenter.topology.spec import Topology

Target = Annotated[
    TargetName | None,
    typer.Option(
        "--target",
        "-t",
        help="Where to deploy; by default the cloud that the spec's sites name (mixed: each its "
        "own), else the lab.",
    ),
]


def chosen_target(topology: "Topology", named: TargetName | None) -> TargetName:
    """The target that a verb means: the one that was named, else what the spec is written for."""
    from tricenter.topology.target import target_of

    return named or target_of(topology)


def heading(subject: str, target: str) -> str:
    """The first line of what is said in text about something, as it is on a target."""
    return f"{subject} on target {target}"


def refuse_misplaced(read: "Document", topology: "Topology", targets: Iterable[TargetName]) -> None:
    """SpecError with everything that these targets cannot have.

    Addresses for documentation pass here: whether the clouds are real is known to a deployment.
    """
    from tricenter.topology.clouds import find_misplaced
    from tricenter.topology.errors import SpecError
    from tricenter.topology.validate import diagnose

    found = [
        diagnostic
        for target in targets
        for diagnostic in diagnose(read, find_misplaced(topology, target, offline=True))
    ]
    if found:
        raise SpecError(found)
