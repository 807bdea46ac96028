"""`tricenter leftovers`: what labs have left on this machine, or stacks in clouds."""

from dataclasses import asdict
from typing import Annotated

import typer

from tricenter.cli.offline_mode import Offline
from tricenter.cli.target import Target
from tricenter.cli.up import Printed


def register(app: typer.Typer) -> None:
    """Add `leftovers` to the command line."""

    @app.command()
    def leftovers(  # pyright: ignore[reportUnusedFunction]
        stack: Annotated[
            str | None, typer.Option("--stack", "-s", help="Only of this stack.")
        ] = None,
        target: Target = "lab",
        offline: Offline = False,
        format: Printed = "text",  # noqa: A002
    ) -> None:
        """List processes, namespaces, devices, mounts and folders of labs; exit code 1 if any.

        Without --stack every lab counts, also one that is up. With --target it lists what carries
        the tags or labels of tricenter in those clouds, in every region; what belongs to a stack
        that is up is shown, and is no leftover.
        """
        del offline  # its callback has done it
        if target != "lab":
            from tricenter.cli.leftovers_cloud import list_leftovers

            list_leftovers(target, stack, format)
            return
        from tricenter.cli.down import spec_stack_id
        from tricenter.cli.output import Table, show
        from tricenter.lab.sweep import leftovers as find
        from tricenter.setup.places import checkout

        # Named as for `up`; the lab's own id of a stack, such as ledger-dev, will do too.
        ids = {None} if stack is None else {stack, spec_stack_id(checkout(), stack)} - {None}
        found = [one for stack_id in sorted(ids, key=str) for one in find(stack_id)]
        if not found and format == "text":
            typer.echo("nothing is left")
            return
        show(
            Table(
                columns=("stack", "kind", "name", "detail"),
                rows=tuple((f.stack or "", f.kind, f.name, f.detail) for f in found),
                title="left by labs",
                data=[asdict(one) for one in found],
            ),
            format,
        )
        if found:
            raise typer.Exit(1)
