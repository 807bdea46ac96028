"""`tricenter init`: a commented spec to start from, its schema for editors, or its pipelines."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

import typer

WAIVED = timedelta(days=90)
"""For how long a new spec may lack what only its owner can bring: partners."""
SCHEMA = "tricenter.v1.json"
"""The schema's file beside the spec, as the spec's first line names it."""


def register(app: typer.Typer) -> None:
    """Add `init` to the command line."""

    @app.command()
    def init(  # pyright: ignore[reportUnusedFunction]
        out: Annotated[Path, typer.Option("--out", "-o", help="The spec to write.")] = Path(
            "topology.yaml"
        ),
        name: Annotated[str, typer.Option(help="The topology's name.")] = "ledger",
        force: Annotated[bool, typer.Option("--force", help="Overwrite what is there.")] = False,
        ci: Annotated[
            Literal["github", "gitlab"] | None,
            typer.Option(help="Write no spec, but pipelines that check the repository's."),
        ] = None,
        spec: Annotated[
            list[str] | None,
            typer.Option(
                help="With --ci: a spec to check; once for each. Default: all of stacks/, or if "
                "it has none, those at the root."
            ),
        ] = None,
        source: Annotated[
            str | None,
            typer.Option(help="With --ci: where pipelines get tricenter.", metavar="URL[@COMMIT]"),
        ] = None,
        branch: Annotated[str, typer.Option(help="With --ci: the default branch.")] = "main",
    ) -> None:
        """Write a commented topology that validates as it is, and its schema for editors.

        With --ci, at a repository's root: pipelines that check each change of its topologies.
        """
        if ci is None:
            given = {"--spec": spec, "--source": source, "--branch": branch != "main"}
            for option in (name for name, value in given.items() if value):
                message = "it is of pipelines: say for whom, --ci github or --ci gitlab"
                raise typer.BadParameter(message, param_hint=option)
            _write_spec(out, name, force=force)
            return
        from tricenter.cli.ci.write import write_pipelines

        for line in write_pipelines(
            ci, root=Path(), specs=spec or (), source=source, branch=branch, force=force
        ):
            typer.echo(line)


def _write_spec(out: Path, name: str, *, force: bool) -> None:
    from tricenter.cli.check import today_utc
    from tricenter.topology.schema import schema_text
    from tricenter.topology.template import template_text
    from tricenter.topology.units import NAME_PATTERN

    if not re.fullmatch(NAME_PATTERN, name):
        message = "lower-case letters, digits and '-', starting with a letter, 30 at most"
        raise typer.BadParameter(message, param_hint="--name")
    if not out.parent.is_dir():
        raise typer.BadParameter(f"there is no directory {out.parent}", param_hint="--out")
    if out.is_dir():
        raise typer.BadParameter(f"{out} is a directory: name a file", param_hint="--out")
    if out.exists() and not force:
        raise typer.BadParameter(f"{out} exists: --force overwrites it", param_hint="--out")
    _write(out, template_text(name, today_utc() + WAIVED))
    schema = out.parent / SCHEMA
    if force or not schema.exists():
        _write(schema, schema_text())
    typer.echo(f"next: tricenter validate {out}")


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        typer.echo(f"error[cannot-write] {path}: {error.strerror}", err=True)
        raise typer.Exit(4) from None
    typer.echo(f"wrote {path}")
