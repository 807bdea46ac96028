"""`tricenter render`: configurations and runbooks of a topology, as files."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from tricenter.cli.spec_argument import Spec, chosen_spec
from tricenter.cli.target import Target, chosen_target, heading, refuse_misplaced


def register(app: typer.Typer) -> None:
    """Add `render` to the command line."""

    @app.command()
    def render(  # pyright: ignore[reportUnusedFunction]
        spec: Spec = None,
        out: Annotated[Path, typer.Option("--out", "-o", help="Folder to write to.")] = Path(
            "rendered"
        ),
        target: Target = None,
        stack: Annotated[
            str | None,
            typer.Option(
                help="The stack's id, such as ledger-dev; the topology's name by default."
            ),
        ] = None,
    ) -> None:
        """Write the Patroni, etcd, PowerDNS and pgBackRest files, runbooks and failover bundles.

        The lab runs these very files, and a site keeps these very bundles. No secret is in them.
        """
        from tricenter.policies.gather import expect
        from tricenter.topology import document
        from tricenter.topology.compile import compile_plan
        from tricenter.topology.render import render as rendered
        from tricenter.topology.validate import validate

        read = document.load(chosen_spec(spec))
        topology = validate(read)
        on = chosen_target(topology, target)
        refuse_misplaced(read, topology, (on,))
        expected = expect(topology, on, datetime.now(UTC).date())
        files = rendered(compile_plan(topology, on, expected=expected), stack)
        for file in files:
            path = out / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file.text, encoding="utf-8")
        typer.echo(f"{heading(topology.name, on)}: wrote {len(files)} files below {out}")
