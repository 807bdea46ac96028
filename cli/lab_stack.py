"""How a verb is told which lab it is for: by the name that `up` was given, as for every verb.

It is always a lab of a stack of the project here, and never one of another project.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tricenter.cli.errors import WRONG_USE
from tricenter.lab.errors import LabError
from tricenter.setup.project import find_project_file, project_file

if TYPE_CHECKING:
    from tricenter.lab.stack import Stack

DEFAULT = "dev"
"""The stack that a verb means when none is named."""
LabStack = Annotated[
    str | None,
    typer.Option(
        "--stack", "-s",
        help="The stack, by its name for `up` or by its id; by default the project's only one.",
    ),
]  # fmt: skip


class StrangeLab(LabError):
    """The lab is that of another project; the text says whose."""

    exit_code = WRONG_USE


def find_stack(name: str | None) -> "Stack":
    """The lab that a user means, by default the only one of the project here.

    A drill's own stack has no name but its id, and an id is taken before a name. LabError when
    there is none, or several; StrangeLab for one of another project; ProjectError where no id was
    given and the working directory is in no project.
    """
    from tricenter.cli.project import find_project
    from tricenter.cli.stack_settings import read_stack_settings
    from tricenter.lab.stack import Stack

    if is_id(name):
        return refuse_strange(Stack(str(name)))
    root = find_project().root
    wanted = read_stack_settings(root, name or DEFAULT)
    identity = wanted.deployed_id()
    if name is not None:
        found = [identity] if identity is not None and Stack(identity).exists else []
    else:
        found = _labs_of(root, identity)
    if len(found) == 1:
        return refuse_strange(Stack(found[0]))
    if found:
        names = ", ".join(found)
        raise LabError(
            f"several stacks of project {wanted.project} are here: {names}; --stack says which"
        )
    known = f" as {identity}" if identity else ""
    raise LabError(f"{wanted} is not deployed here{known}; `tricenter up` makes it")


def is_id(name: str | None) -> bool:
    """Whether a name is the id of a lab that is here."""
    from tricenter.lab.stack import NAME, Stack

    return name is not None and bool(NAME.fullmatch(name)) and Stack(name).exists


def _labs_of(root: Path, identity: str | None) -> list[str]:
    """The labs here that people have made from the project in this folder, and what its stack `dev`
    is called; of those that know no project the ones of its topology."""
    from tricenter.lab.stack import list_stacks

    start = (identity or "").removesuffix(DEFAULT)
    return [
        state.id
        for state in list_stacks()
        if (state.kind == "user" and state.project == str(root))
        or (state.kind == "user" and state.project is None and start and state.id.startswith(start))
        or state.id == identity
    ]


def is_strange(project: str | None, root: Path | None) -> bool:
    """Whether a lab of this project's folder is none of the project in `root`.

    A lab that knows no project is nobody's, and so is one whose project has gone from its folder.
    """
    if project is None or project_file(Path(project)) is None:
        return False
    return root is None or Path(project) != root


def refuse_strange(stack: "Stack") -> "Stack":
    """The stack again; StrangeLab where it is a lab of another project than the one here."""
    project = stack.state().project
    file = find_project_file(Path.cwd())
    if is_strange(project, file.parent if file else None):
        here = f"that of {file.parent}" if file else "none"
        raise StrangeLab(
            f"lab {stack.id} belongs to the project in {project}, and the one here is {here}: go "
            "there, or give this topology or stack another name"
        )
    return stack
