"""The spec that a verb reads, where none is named: that of the project's own stack."""

import os
from pathlib import Path
from typing import Annotated

import typer

HELP = "The topology's YAML file; by default that of the project's stack dev."
Spec = Annotated[Path | None, typer.Argument(help=HELP)]


def chosen_spec(named: Path | None) -> Path:
    """The spec that was named, else that of the project's stack, from the working directory.

    ProjectError, StackSettingsError where there is none to be found.
    """
    if named is not None:
        return named
    from tricenter.cli.lab_stack import DEFAULT
    from tricenter.cli.stack_settings import settings_here

    return Path(os.path.relpath(settings_here(DEFAULT).spec))
