"""`tricenter leftovers`: what labs have left on this machine, or stacks in clouds."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from tricenter.cli.offline_mode import Offline
from tricenter.cli.target import TargetName
from tricenter.cli.up import Printed

if TYPE_CHECKING:
    from pathlib import Path

    from tricenter.lab.sweep import Leftover


def register(app: typer.Typer) -> None:
    """Add `leftovers` to the command line."""

    @app.command()
    def leftovers(  # pyright: ignore[reportUnusedFunction]
        stack: Annotated[
            str | None, typer.Option("--stack", "-s", help="Only of this stack.")
        ] = None,
        target: Annotated[
            TargetName | None,
            typer.Option("--target", "-t", help="Where to look; by default where the stack goes."),
        ] = None,
        everyone: Annotated[
            bool, typer.Option("--all", help="Also of other projects on this machine.")
        ] = False,
        offline: Offline = False,
        format: Printed = "text",  # noqa: A002
    ) -> None:
        """List processes, namespaces, devices, mounts and folders of labs; exit code 1 if any.

        Without --stack every lab counts, also one that is up, but those of other projects. On a
        cloud it lists what carries the tags or labels of tricenter, in every region; what belongs
        to a stack that is up is shown, and is no leftover.
        """
        del offline  # its callback has done it
        from tricenter.cli.lab_stack import DEFAULT
        from tricenter.cli.project import find_project
        from tricenter.cli.stack_settings import read_stack_settings

        root = None if everyone else find_project().root
        where: str = target or "lab"
        if target is None and root is not None:
            where = read_stack_settings(root, stack or DEFAULT).target
        if where != "lab":
            from tricenter.cli.leftovers_cloud import list_leftovers

            list_leftovers(where, stack, format)
            return
        from tricenter.cli.output import Table, show

        found = labs_left(root, stack)
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


def labs_left(root: "Path | None", stack: str | None) -> "list[Leftover]":
    """What labs have left, of all, or without those of other projects than the one in `root`."""
    from tricenter.cli.down import spec_stack_id
    from tricenter.cli.lab_stack import is_strange
    from tricenter.lab.stack import list_stacks
    from tricenter.lab.sweep import leftovers as find

    # Named as for `up`; the lab's own id of a stack, such as ledger-dev, will do too.
    own = None if stack is None or root is None else spec_stack_id(root, stack)
    ids = {None} if stack is None else {stack, own} - {None}
    strange = {s.id for s in list_stacks() if root is not None and is_strange(s.project, root)}
    return [
        one
        for stack_id in sorted(ids, key=str)
        for one in find(stack_id)
        if one.stack not in strange
    ]
