"""`tricenter validate`: everything that is wrong with specs, by file, line and column."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from tricenter.cli.output import Format, Table, as_json_text, markdown
from tricenter.cli.target import TargetName, refuse_misplaced
from tricenter.topology.errors import Diagnostic, SpecError

Results = Sequence[tuple[str, tuple[Diagnostic, ...]]]
"""Each file as it was named, with what is wrong in it."""


def register(app: typer.Typer) -> None:
    """Add `validate` to the command line."""

    @app.command()
    def validate(  # pyright: ignore[reportUnusedFunction]
        files: Annotated[list[str], typer.Argument(help="Topology files.", metavar="FILE...")],
        target: Annotated[
            TargetName | None,
            typer.Option("--target", "-t", help="Say also what this target cannot have."),
        ] = None,
        format: Annotated[Format, typer.Option(help="How to print.")] = "text",  # noqa: A002
    ) -> None:
        """Check topology files: all problems at once, with positions and suggestions.

        Exit code 0 if every file is fine, 1 if there is a problem.
        """
        results = [(name, _diagnose(name, (target,) if target else ())) for name in files]
        render = {"text": _text, "json": _json, "markdown": _markdown}[format]
        typer.echo(render(results), nl=False)
        if any(diagnostics for _, diagnostics in results):
            raise typer.Exit(1)


def _diagnose(name: str, targets: Sequence[TargetName]) -> tuple[Diagnostic, ...]:
    from tricenter.topology import document
    from tricenter.topology.validate import validate

    try:
        read = document.load(name)
        refuse_misplaced(read, validate(read), targets)
    except SpecError as error:
        return error.diagnostics
    return ()


def _text(results: Results) -> str:
    lines: list[str] = []
    for name, diagnostics in results:
        lines += map(str, diagnostics)
        lines.append(f"{name}: {_verdict(diagnostics)}")
    return "\n".join(lines) + "\n"


def _verdict(diagnostics: Sequence[Diagnostic]) -> str:
    count = len(diagnostics)
    return "ok" if not count else "1 problem" if count == 1 else f"{count} problems"


def _json(results: Results) -> str:
    files: list[dict[str, Any]] = []
    for name, diagnostics in results:
        found = [
            {
                "line": diagnostic.position.line,
                "column": diagnostic.position.column,
                "id": diagnostic.id,
                "path": diagnostic.path,
                "message": diagnostic.message,
            }
            for diagnostic in diagnostics
        ]
        files.append({"file": name, "ok": not found, "diagnostics": found})
    return as_json_text({"files": files})


def _markdown(results: Results) -> str:
    return "\n".join(_section(name, diagnostics) for name, diagnostics in results)


def _section(name: str, diagnostics: Sequence[Diagnostic]) -> str:
    title = f"`{name}`: {_verdict(diagnostics)}"
    if not diagnostics:
        return f"### {title}\n"
    rows = [
        (
            f"{found.position.line}:{found.position.column}",
            f"`{found.id}`",
            f"`{found.path}`" if found.path else "",
            found.message,
        )
        for found in diagnostics
    ]
    return markdown(
        Table(title=title, columns=("Line", "Problem", "Where", "What"), rows=tuple(rows))
    )
