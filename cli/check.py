"""`tricenter check`: the rules that a topology does not keep, by file, line and column."""

from typing import Annotated

import typer

from tricenter.cli.target import TargetName, refuse_misplaced


def register(app: typer.Typer) -> None:
    """Add `check` to the command line."""

    @app.command()
    def check(  # pyright: ignore[reportUnusedFunction]
        files: Annotated[list[str], typer.Argument(help="Topology files.", metavar="FILE...")],
        target: Annotated[
            TargetName | None,
            typer.Option("--target", "-t", help="Judge it on this target; by default its own."),
        ] = None,
    ) -> None:
        """Judge topologies by the rules: no engine, no cloud, no credentials."""
        from datetime import UTC, datetime

        from tricenter.policies.gather import gather, target_of
        from tricenter.policies.judge import judge, locate
        from tricenter.topology import document
        from tricenter.topology.validate import validate

        refused = False
        for name in files:
            read = document.load(name)
            topology = validate(read)
            chosen = target or target_of(topology)
            refuse_misplaced(read, topology, (chosen,))  # pyright: ignore[reportArgumentType]
            facts = gather(topology, chosen, datetime.now(tz=UTC).date())
            found = locate(read, judge(facts))
            for located in found:
                typer.echo(str(located))
            refused = refused or any(located.violation.refuses() for located in found)
        if refused:
            raise typer.Exit(1)
