"""`tricenter offline`: the emulated clouds: their environment, their processes, their state."""

import os
import shlex
import shutil
from typing import TYPE_CHECKING, Annotated

import typer

from tricenter.cli.output import Format, Table, show

if TYPE_CHECKING:
    from tricenter.offline.session import Emulated

Clouds = Annotated[
    list[str] | None, typer.Argument(help="Clouds: aws, gcp, machines; all by default.")
]
Printed = Annotated[Format, typer.Option("--format", help="How to print the result.")]


def register(app: typer.Typer) -> None:
    """Add `offline` and its verbs to the command line."""
    group = typer.Typer(
        no_args_is_help=True,
        help="Emulated clouds on 127.0.0.1: preview and deploy without an account or a network.",
    )
    app.add_typer(group, name="offline")
    _add_env(group)
    _add_processes(group)
    _add_reset(group)


def _add_env(group: typer.Typer) -> None:
    @group.command()
    def env(clouds: Clouds = None) -> None:  # pyright: ignore[reportUnusedFunction]
        """Start the emulated clouds and print shell lines that make plain `pulumi` use them.

        eval "$(.venv/bin/tricenter offline env)"
        """
        from tricenter.offline.session import environment, start

        emulated = tuple(start(cloud) for cloud in _named(clouds))
        for entry in emulated:
            typer.echo(f"# {entry}")
        from tricenter.setup.toolchain import pulumi_environment

        base = {**os.environ, **pulumi_environment()}
        for name, value in {**pulumi_environment(), **environment(emulated, base)}.items():
            typer.echo(f"export {name}={shlex.quote(value)}")


def _add_processes(group: typer.Typer) -> None:
    @group.command()
    def status(  # pyright: ignore[reportUnusedFunction]
        clouds: Clouds = None,
        format: Printed = "text",  # noqa: A002
    ) -> None:
        """Say which clouds are emulated, where they listen, and which provider speaks to them."""
        from tricenter.offline.session import look

        _show([look(cloud) for cloud in _named(clouds)], format)

    @group.command()
    def start(  # pyright: ignore[reportUnusedFunction]
        clouds: Clouds = None,
        format: Printed = "text",  # noqa: A002
    ) -> None:
        """Start the processes; what they held before is there again."""
        from tricenter.offline.session import start as begin

        _show([begin(cloud) for cloud in _named(clouds)], format)

    @group.command()
    def stop(clouds: Clouds = None) -> None:  # pyright: ignore[reportUnusedFunction]
        """End the processes; their state stays."""
        from tricenter.offline.session import stop as end

        for cloud in _named(clouds):
            typer.echo(f"{cloud}: {'stopped' if end(cloud) else 'was not running'}")


def _add_reset(group: typer.Typer) -> None:
    @group.command()
    def reset(  # pyright: ignore[reportUnusedFunction]
        clouds: Clouds = None,
        yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    ) -> None:
        """End the processes and forget everything that was deployed to the emulated clouds."""
        from tricenter.offline.session import state_of
        from tricenter.offline.session import stop as end

        for cloud in _named(clouds):
            state = state_of(cloud)
            if not yes:
                typer.confirm(f"forget what is in {state}?", abort=True)
            end(cloud)
            shutil.rmtree(state, ignore_errors=True)
            typer.echo(f"{cloud}: empty")


def _named(clouds: list[str] | None) -> tuple[str, ...]:
    from tricenter.offline.session import find_clouds

    known = find_clouds()
    for cloud in clouds or ():
        if cloud not in known:
            raise typer.BadParameter(f"{cloud!r} is not one of {', '.join(known)}")
    return tuple(clouds) if clouds else known


def _show(emulated: "list[Emulated]", format: Format) -> None:  # noqa: A002
    rows = tuple(
        (
            entry.cloud,
            entry.url or "not running",
            entry.provider,
            str(entry.plugin or entry.advice),
            str(entry.state),
        )
        for entry in emulated
    )
    columns = ("cloud", "emulated at", "provider", "plugin", "state")
    show(Table(columns=columns, rows=rows, title="Emulated clouds"), format)
