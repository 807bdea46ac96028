"""What `up`, `preview` and `down` share: the engine's run on the screen and its result."""

import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from tricenter.cli.engine import Engine
from tricenter.cli.output import Format, Table, is_terminal, show
from tricenter.cli.progress import DONE, Outcome, follow

if TYPE_CHECKING:
    from tricenter.cli.stack_settings import StackSettings
    from tricenter.lab.unwell import Unwell


def run(
    engine: Engine,
    verb: str,
    flags: Sequence[str],
    format: Format,  # noqa: A002
    outcome: Outcome | None = None,
) -> Outcome:
    """Let the engine do a verb and show its progress on standard error; EngineError if it fails.

    Who wants to know what was said until then hands in the `outcome` that is filled.
    """
    outcome = outcome or Outcome()
    events = engine.run(verb, *flags)
    follow(events, outcome, live=sys.stderr.isatty(), quiet=format != "text" and not is_terminal())
    return outcome


def confirm(question: str, outcome: Outcome) -> None:
    """Ask the person at the terminal; where there is none, `--yes` is needed."""
    if not sys.stdin.isatty():
        raise typer.BadParameter("nobody can be asked here", param_hint="--yes")
    typer.echo(f"preview: {outcome.sentence()}", err=True)
    typer.confirm(question, abort=True, err=True)


def report(
    verb: str,
    settings: "StackSettings",
    outcome: Outcome,
    format: Format,  # noqa: A002
    drift: "Sequence[Unwell]" = (),
) -> None:
    """Print what was done, and what has left the spec where no resource of the engine is."""
    warnings = [f"warning[{entry.code}] {entry.says}" for entry in drift]
    if format == "text":
        for said in (*outcome.policies, *warnings):
            typer.echo(str(said))
        typer.echo(f"{verb} of {settings}: {_result(outcome)}")
        return
    rows = tuple(
        (DONE.get(step["op"]) or step["op"], step["kind"], step["name"]) for step in outcome.steps
    )
    show(
        Table(
            columns=("done", "kind", "name"),
            rows=rows,
            title=f"{verb} of {settings}",
            notes=(_result(outcome), *outcome.refusals, *map(str, outcome.policies), *warnings),
            data={
                "verb": verb,
                "stack": settings.stack,
                "project": settings.project,
                "target": settings.target,
                "steps": outcome.steps,
                "refused": list(outcome.refusals),
                "counts": outcome.counts(),
                "changes": outcome.changes,
                "seconds": round(outcome.seconds, 1),
                "policies": [said.as_data() for said in outcome.policies],
                "drift": [asdict(entry) for entry in drift],
            },
        ),
        format,
    )


def _result(outcome: Outcome) -> str:
    """What was done in one line, or that it was refused and by how much."""
    if not outcome.refused:
        return outcome.sentence()
    reasons = len(outcome.refusals) + sum(said.mandatory for said in outcome.policies)
    return f"refused, for {reasons} reason{'' if reasons == 1 else 's'}; nothing was changed"
