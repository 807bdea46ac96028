"""`tricenter preview`: what `tricenter up` would change."""

import typer

from tricenter.cli.offline_mode import Offline
from tricenter.cli.up import Printed, Stack


def register(app: typer.Typer) -> None:
    """Add `preview` to the command line."""

    @app.command()
    def preview(  # pyright: ignore[reportUnusedFunction]
        stack: Stack = "dev",
        offline: Offline = False,
        format: Printed = "text",  # noqa: A002
    ) -> None:
        """Show the engine's difference between what is there and what the spec asks for."""
        del offline  # its callback has done it
        from tricenter.cli.deployment import report, run
        from tricenter.cli.engine import open_engine

        engine = open_engine(stack)
        engine.make()
        report("preview", engine, run(engine, "preview", (), format), format)
