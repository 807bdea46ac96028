"""`tricenter graph`: the picture of a topology, as Mermaid or SVG."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from tricenter.cli.spec_argument import Spec, chosen_spec


def register(app: typer.Typer) -> None:
    """Add `graph` to the command line."""

    @app.command()
    def graph(  # pyright: ignore[reportUnusedFunction]
        spec: Spec = None,
        picture: Annotated[
            Literal["mermaid", "svg"], typer.Option("--as", help="What to draw.")
        ] = "mermaid",
        out: Annotated[
            Path | None, typer.Option("--out", "-o", help="A file instead of standard output.")
        ] = None,
    ) -> None:
        """Draw cities, sites, replication, DNS and backup copies.

        Mermaid is text that code hosts draw; SVG is a picture for reports and pages.
        """
        from tricenter.topology import graph as pictures
        from tricenter.topology.validate import load

        topology = load(chosen_spec(spec))
        text = pictures.svg(topology) if picture == "svg" else pictures.mermaid(topology)
        if out is None:
            typer.echo(text, nl=False)
        else:
            out.write_text(text, encoding="utf-8")
            typer.echo(f"wrote {out}", err=True)
