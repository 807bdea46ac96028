"""The option `--target` of the commands that read a spec, and what the target cannot have."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from tricenter.topology.document import Document
    from tricenter.topology.spec import Topology

TargetName = Literal["lab", "aws", "gcp", "mixed"]
Target = Annotated[
    TargetName,
    typer.Option("--target", "-t", help="Where to deploy; mixed: each site on its own cloud."),
]


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
