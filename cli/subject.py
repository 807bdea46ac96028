"""What a verb is about, said before anything else: its stack, its project, its target."""

import os
from typing import TYPE_CHECKING

import typer

from tricenter.cli.output import Format

if TYPE_CHECKING:
    from tricenter.cli.stack_settings import StackSettings


def begin(verb: str, stack: str, format: Format) -> "StackSettings":  # noqa: A002
    """The settings of the stack of the project here, told on standard error before all else.

    In the text of a verb it is the first line; where the result is for a program, it has them.
    ProjectError, StackSettingsError where there is no such project, or no spec; ProviderMissing
    where clouds are emulated, and what speaks to them is not here.
    """
    from tricenter.cli.offline_mode import refuse_missing_providers
    from tricenter.cli.stack_settings import settings_here

    settings = settings_here(stack)
    if format == "text":
        typer.echo(f"{verb}: {settings}, spec {os.path.relpath(settings.spec)}", err=True)
    refuse_missing_providers(settings.target)
    return settings
