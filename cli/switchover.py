"""`tricenter switchover`: hand databases to another site in order, nothing lost."""

import typer

from tricenter.cli.offline_mode import Offline
from tricenter.cli.role_change import Database, To
from tricenter.cli.up import Printed, Stack, Yes


def register(app: typer.Typer) -> None:
    """Add `switchover` to the command line."""

    @app.command()
    def switchover(  # pyright: ignore[reportUnusedFunction]
        to: To,
        database: Database = None,
        stack: Stack = "dev",
        yes: Yes = False,
        offline: Offline = False,
        format: Printed = "text",  # noqa: A002
    ) -> None:
        """Let a site lead, planned: both sites must be there, and no write is lost.

        Afterwards the engine's state is refreshed and a preview must be empty. Exit code 1 if a
        database did not move or something is left to change.
        """
        del offline  # its callback has done it
        from tricenter.cli.role_change import (
            Done,
            ask,
            chosen,
            moves_to,
            open_deployed,
            perform,
            report,
            settle,
        )
        from tricenter.cli.role_turn import role_turn
        from tricenter.cli.subject import begin

        settings = begin("switchover", stack, format)
        with role_turn(stack, "switchover"):
            deployed = open_deployed(stack)
            moves = moves_to(deployed, chosen(deployed, database), to)
            if not moves:
                report("switchover", deployed, moves, Done(), format)
                return
            ask(f"{settings}: hand {', '.join(m.database for m in moves)} to {to}?", yes)

            def move(name: str, site: str) -> None:
                deployed.roles.switchover(deployed.plan, name, site)

            done = perform(moves, move)
            settle(deployed, done)
            report("switchover", deployed, moves, done, format)
