"""`tricenter forecast`: what every loss costs, before anything is deployed."""

import os
import re
from typing import TYPE_CHECKING, Annotated

import typer

from tricenter.cli.output import Format, Width, as_json_text, is_terminal, screen
from tricenter.cli.spec_argument import Spec, chosen_spec
from tricenter.cli.target import Target, TargetName, chosen_target, heading, refuse_misplaced

if TYPE_CHECKING:
    from tricenter.topology.errors import Diagnostic
    from tricenter.topology.forecast import Forecast, ScenarioForecast

COLOURS = {
    "automatic": typer.colors.GREEN,
    "approve": typer.colors.YELLOW,
    "impossible": typer.colors.RED,
    "unbounded": typer.colors.RED,
}


def register(app: typer.Typer) -> None:
    """Add `forecast` to the command line."""

    @app.command()
    def forecast(  # pyright: ignore[reportUnusedFunction]
        spec: Spec = None,
        scenario: Annotated[
            list[str] | None,
            typer.Option(help="Show one scenario (or class) with its terms; may be repeated."),
        ] = None,
        target: Target = None,
        format: Annotated[Format, typer.Option(help="How to print.")] = "text",  # noqa: A002
        all_: Annotated[
            bool, typer.Option("--all", help="Show every scenario and database, however many.")
        ] = False,
        width: Width = None,
    ) -> None:
        """Say for every loss who serves, who decides, and what RPO and RTO to expect.

        Exit code 1 if the spec promises what its forecast cannot keep.
        """
        from datetime import UTC, datetime

        from tricenter.policies.gather import expect
        from tricenter.topology import document
        from tricenter.topology.forecast.brief import brief
        from tricenter.topology.forecast.findings import find_broken_promises, unenforced
        from tricenter.topology.validate import diagnose, validate

        read = document.load(chosen_spec(spec))
        topology = validate(read)
        on = chosen_target(topology, target)
        refuse_misplaced(read, topology, (on,))
        found = expect(topology, on, datetime.now(UTC).date())
        broken = sorted(diagnose(read, find_broken_promises(topology, found)))
        left: tuple[str, ...] = ()
        whole = found
        if not (all_ or scenario):
            found, left = brief(found)
        chosen = _chosen(found, scenario or [])
        columns = screen(width)
        rests = unenforced(topology, whole)
        typer.echo(_rendered(found, on, chosen, broken, rests, format, columns), nl=False)
        for said in (*left, *map(str, broken)):
            typer.echo(said, err=True)
        if broken:
            raise typer.Exit(1)


def _chosen(found: "Forecast", names: list[str]) -> "list[ScenarioForecast]":
    from tricenter.topology.wording import suggest

    chosen: list[ScenarioForecast] = []
    known = {s.id for s in found.scenarios} | {s.kind for s in found.scenarios}
    for name in names:
        if name not in known:
            message = f"there is no scenario '{name}'{suggest(name, sorted(known))}"
            raise typer.BadParameter(message, param_hint="--scenario")
        chosen += [s for s in found.scenarios if name in (s.id, s.kind)]
    return chosen


def _rendered(
    found: "Forecast",
    target: TargetName,
    chosen: "list[ScenarioForecast]",
    broken: "list[Diagnostic]",
    rests: tuple[str, ...],
    format: Format,  # noqa: A002
    width: int | None,
) -> str:
    from dataclasses import replace

    from tricenter.topology.columns import folded
    from tricenter.topology.forecast import table

    shown = replace(found, scenarios=tuple(chosen)) if chosen else found
    if format == "json":
        findings = [
            {"line": p.position.line, "column": p.position.column, "id": p.id, "path": p.path,
             "message": p.message}
            for p in broken
        ]  # fmt: skip
        data = {**table.as_data(shown), "target": target, "findings": findings}
        return as_json_text({**data, "not_enforced": rests})
    if format == "markdown":
        said = "".join(
            f"- **{p.id}** line {p.position.line}, `{p.path}`: {p.message}\n" for p in broken
        )
        title = f"### Forecast of {found.topology}"
        said_of = table.markdown(shown).replace(title, heading(title, target), 1)
        return said_of + (f"\n#### Cannot be promised\n\n{said}" if said else "")
    first = heading(found.topology, target)
    if chosen:
        details = (table.details(found, entry, width) for entry in chosen)
        return _coloured("\n".join([first, "", *details]))
    count = f"{len(broken)} promise{'s' if len(broken) > 1 else ''} cannot be kept"
    verdict = count if broken else "every objective is kept" + _while(rests)
    told = [verdict] if width is None else folded(verdict, width, "  ")
    return "\n".join([first, _coloured(table.text(shown, width)), *told]) + "\n"


def _while(rests: tuple[str, ...]) -> str:
    """What an RPO above zero rests on, where no commit waits for that."""
    from tricenter.topology.forecast.words import join

    if not rests:
        return ""
    return f"; the RPO of {join(rests)} only while backups do what the spec says"


def _coloured(text: str) -> str:
    if not is_terminal() or "NO_COLOR" in os.environ:
        return text
    pattern = re.compile(rf"\b({'|'.join(COLOURS)})\b")
    return pattern.sub(lambda found: typer.style(found[1], fg=COLOURS[found[1]]), text)
