"""How a verb is told which lab it is for: by the name that `up` was given, as for every verb."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from tricenter.lab.stack import Stack

LabStack = Annotated[
    str | None,
    typer.Option(
        "--stack", "-s",
        help="The stack, by the name given to `up` or by its id; by default the only one of yours.",
    ),
]  # fmt: skip


def find_stack(name: str | None) -> "Stack":
    """The lab that a user means; LabError when there is none, or it is unclear.

    A drill's own stack has no name but its id, and an id is taken before a name.
    """
    from tricenter.cli.down import spec_stack_id
    from tricenter.lab.choice import chosen_stack
    from tricenter.lab.stack import NAME, Stack
    from tricenter.setup.places import checkout

    if name is not None and not (NAME.fullmatch(name) and Stack(name).exists):
        found = spec_stack_id(checkout(), name)
        if found is not None and Stack(found).exists:
            return Stack(found)
    return chosen_stack(name)
