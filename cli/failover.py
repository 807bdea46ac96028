"""`tricenter failover`: make another site lead by force, with the loss said and accepted first."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from tricenter.cli.offline_mode import Offline
from tricenter.cli.role_change import Database, To
from tricenter.cli.up import Printed, Stack, Yes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tricenter.roles.interface import Loss

Accept = Annotated[
    str | None,
    typer.Option("--accept-loss", metavar="LOSS", help="What may be lost: 5s, 200tx or unknown."),
]


def register(app: typer.Typer) -> None:
    """Add `failover` to the command line."""

    @app.command()
    def failover(  # pyright: ignore[reportUnusedFunction]
        to: To,
        accept_loss: Accept = None,
        database: Database = None,
        stack: Stack = "dev",
        yes: Yes = False,
        offline: Offline = False,
        format: Printed = "text",  # noqa: A002
    ) -> None:
        """Let a site lead by force, the old leader being gone or given up.

        Shows first what may be lost, and refuses unless --accept-loss is at least that. Where the
        target needs it, the lost sites are fenced: `tricenter failback` lets them in again.
        """
        del offline  # its callback has done it
        from tricenter.cli.accepted_loss import read_accepted
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

        try:
            accepted = read_accepted(accept_loss)
        except ValueError as error:
            raise typer.BadParameter(str(error), param_hint="--accept-loss") from None
        settings = begin("failover", stack, format)
        with role_turn(stack, "failover"):
            deployed = open_deployed(stack)
            moves = moves_to(deployed, chosen(deployed, database), to)
            if not moves:
                report("failover", deployed, moves, Done(), format)
                return
            losses = {
                entry.database: deployed.roles.expected_loss(deployed.plan, entry.database, to)
                for entry in moves
            }
            show_losses(losses)
            refuse_loss([(n, loss) for n, loss in losses.items() if not accepted.covers(loss)])
            ask(f"{settings}: force {', '.join(losses)} to be led by {to}?", yes)

            def move(name: str, site: str) -> None:
                deployed.roles.failover(deployed.plan, name, site)

            done = perform(moves, move)
            settle(deployed, done)
            extra = {"losses": {name: asdict(loss) for name, loss in losses.items()}}
            report("failover", deployed, moves, done, format, extra)


def show_losses(losses: "Mapping[str, Loss]") -> None:
    """Say on standard error what each database may lose, and how that is known."""
    from tricenter.cli.accepted_loss import words

    for name, loss in losses.items():
        typer.echo(f"{name} may lose {words(loss)}: {loss.source}", err=True)


def refuse_loss(uncovered: "list[tuple[str, Loss]]") -> None:
    """LossNotAccepted, naming the flag that would accept each loss; nothing for none."""
    from tricenter.cli.accepted_loss import LossNotAccepted, needed, words

    if uncovered:
        listed = "; ".join(
            f"{name} may lose {words(loss)} (--accept-loss {needed(loss)})"
            for name, loss in uncovered
        )
        raise LossNotAccepted(f"refused, as the loss is not accepted: {listed}")
