"""`tricenter failback`: each database goes back to the site that its spec prefers."""

import typer

from tricenter.cli.offline_mode import Offline
from tricenter.cli.role_change import Database
from tricenter.cli.up import Printed, Stack, Yes


def register(app: typer.Typer) -> None:
    """Add `failback` to the command line."""

    @app.command()
    def failback(  # pyright: ignore[reportUnusedFunction]
        database: Database = None,
        stack: Stack = "dev",
        yes: Yes = False,
        offline: Offline = False,
        format: Printed = "text",  # noqa: A002
    ) -> None:
        """Let the preferred sites lead again, planned, nothing lost.

        First what a forced failover has fenced is let in again, and its copies follow.
        """
        del offline  # its callback has done it
        from tricenter.cli.role_change import (
            Done,
            Move,
            ask,
            chosen,
            open_deployed,
            perform,
            report,
            settle,
        )
        from tricenter.cli.role_turn import role_turn
        from tricenter.cli.subject import begin

        settings = begin("failback", stack, format)
        with role_turn(stack, "failback"):
            deployed = open_deployed(stack)
            prefer = {entry.name: entry.prefer for entry in deployed.plan.databases}
            moves = tuple(
                Move(database=name, before=deployed.leader(name), to=prefer[name])
                for name in chosen(deployed, database)
                if deployed.leader(name) != prefer[name]
            )
            fenced = deployed.roles.fenced(deployed.plan)
            if not moves and not fenced:
                report("failback", deployed, moves, Done(), format)
                return
            say = [f"let in {', '.join(fenced)}"] if fenced else []
            say += [f"give {entry.database} to {entry.to}" for entry in moves]
            ask(f"{settings}: {', '.join(say)}?", yes)
            back = deployed.roles.readmit(deployed.plan)

            def move(name: str, site: str) -> None:
                deployed.roles.switchover(deployed.plan, name, site)

            done = perform(moves, move)
            if back:
                done.notes.insert(0, f"let in again: {', '.join(back)}")
            settle(deployed, done)
            report("failback", deployed, moves, done, format, {"readmitted": list(back)})
