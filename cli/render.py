"""`tricenter render`: configurations and runbooks of a topology, as files."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from tricenter.cli.spec_argument import Spec, chosen_spec
from tricenter.cli.target import heading


def register(app: typer.Typer) -> None:
    """Add `render` to the command line."""

    @app.command()
    def render(  # pyright: ignore[reportUnusedFunction]
        spec: Spec = None,
        out: Annotated[Path, typer.Option("--out", "-o", help="Folder to write to.")] = Path(
            "rendered"
        ),
    ) -> None:
        """Write the Patroni, etcd, PowerDNS and pgBackRest files and a runbook per scenario.

        The lab runs these very files. No secret is in them.
        """
        from tricenter.policies.gather import expect
        from tricenter.topology.compile import compile_plan
        from tricenter.topology.render import render as rendered
        from tricenter.topology.validate import load

        topology = load(chosen_spec(spec))
        expected = expect(topology, "lab", datetime.now(UTC).date())
        files = rendered(compile_plan(topology, expected=expected))
        for file in files:
            path = out / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file.text, encoding="utf-8")
        typer.echo(f"{heading(topology.name, 'lab')}: wrote {len(files)} files below {out}")
