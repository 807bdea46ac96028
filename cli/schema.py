"""`tricenter schema`: the JSON Schema of specs, for editors."""

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add `schema` to the command line."""

    @app.command()
    def schema(  # pyright: ignore[reportUnusedFunction]
        out: Annotated[
            Path | None, typer.Option("--out", "-o", help="A file instead of standard output.")
        ] = None,
    ) -> None:
        """Print the JSON Schema (2020-12) of a topology's file.

        Editors that read YAML use it when the file's first line is
        `# yaml-language-server: $schema=tricenter.v1.json`.
        """
        from tricenter.topology.schema import schema_text

        text = schema_text()
        if out is None:
            typer.echo(text, nl=False)
        else:
            out.write_text(text, encoding="utf-8")
            typer.echo(f"wrote {out}", err=True)
