"""`tricenter grade`: which level of a published standard a topology reaches, with the evidence."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tricenter.cli.check import colours, today_utc
from tricenter.cli.output import Format, as_json_text
from tricenter.cli.spec_argument import Spec, chosen_spec
from tricenter.cli.target import Target, TargetName, chosen_target, heading, refuse_misplaced

if TYPE_CHECKING:
    from tricenter.policies.grades.report import Graded

COLUMNS = 100
"""Columns of the text where nobody watches, and the most that lines are wrapped to."""
PERCENT = re.compile(r"(?i)%|percent|availab|nines|\d\d\.\d")
"""What people write who ask for a percentage of availability."""


def register(app: typer.Typer) -> None:
    """Add `grade` to the command line."""

    @app.command()
    def grade(  # pyright: ignore[reportUnusedFunction]
        spec: Spec = None,
        standard: Annotated[
            str | None,
            typer.Option(
                help="Grade by one standard: gb50174, uptime, tia942, stars, gbt20988, jrt0044, "
                "share78, dora, mas-trm, ffiec-bcm, bank-2010, bank-2011. All by default."
            ),
        ] = None,
        target: Target = None,
        format: Annotated[Format, typer.Option(help="How to print.")] = "text",  # noqa: A002
    ) -> None:
        """Say which level of published standards a topology reaches, line by line.

        Each line has a mark, its evidence (a place in the spec, a rule, a
        component, or a drill record with its age) and how sure the number is:

        - met: the evidence shows it, and the number is sourced

        - not contradicted: it agrees, but the number was not verified

        - not checkable: nothing here can tell

        - missed: the evidence is against it, or absent

        A level is met only if all its lines are. One that asks for a drill
        counts only with a record (`tricenter drill run`). Nobody is graded by
        a percentage of availability. docs/grades.md has every line.

        Exit code 1 if the spec claims more (`standards:`, `facility:`) than
        the evidence bears.
        """
        graded = grade_file(chosen_spec(spec), target, standard)
        typer.echo(_rendered(graded, format), nl=False)
        if graded.above:
            raise typer.Exit(1)


def grade_file(spec: Path, target: TargetName | None, standard: str | None) -> "Graded":
    """The grades of a spec's file; wrong use for a standard that is not known."""
    from tricenter.policies.gather import gather
    from tricenter.policies.grades import grades
    from tricenter.policies.grades.report import Graded
    from tricenter.topology import document
    from tricenter.topology.validate import validate

    if standard is not None:
        _refuse_unknown(standard)
    read = document.load(spec)
    topology = validate(read)
    chosen = chosen_target(topology, target)
    refuse_misplaced(read, topology, (chosen,))
    facts = gather(topology, chosen, today_utc())
    return Graded(
        topology=topology.name,
        file=str(spec),
        target=chosen,
        day=facts.today,
        grades=grades(facts, read, standard),
    )


def _refuse_unknown(standard: str) -> None:
    from tricenter.policies.standards import NO_PERCENT, find_standards
    from tricenter.topology.wording import suggest

    known = [one.id for one in find_standards()]
    if standard in known:
        return
    if PERCENT.search(standard):
        raise typer.BadParameter(NO_PERCENT, param_hint="--standard")
    message = f"there is no standard '{standard}'{suggest(standard, known)}; there are "
    raise typer.BadParameter(message + ", ".join(known), param_hint="--standard")


def _rendered(graded: "Graded", format: Format) -> str:  # noqa: A002
    if format == "json":
        from tricenter.policies.grades.data import as_data

        return as_json_text(as_data(graded))
    if format == "markdown":
        from tricenter.policies.grades.markdown import render as markdown

        return markdown(graded)
    import shutil

    from tricenter.policies.grades.text import render as text

    columns = min(COLUMNS, shutil.get_terminal_size((COLUMNS, 50)).columns)
    said = text(graded, width=max(columns, 80), colour=colours())
    return f"{heading(graded.topology, graded.target)}\n{said}"
