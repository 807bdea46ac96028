"""`tricenter diff`: what a pull request changes, from two specs."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from tricenter.cli.check import SeverityName, colours, today_utc
from tricenter.cli.target import Target, TargetName, chosen_target, heading, refuse_misplaced

if TYPE_CHECKING:
    from datetime import date

    from tricenter.policies.diff.difference import Difference
    from tricenter.policies.diff.side import Judged, Side
    from tricenter.topology.document import Document
    from tricenter.topology.spec import Topology

Format = Literal["text", "json", "markdown"]


def register(app: typer.Typer) -> None:
    """Add `diff` to the command line."""

    @app.command()
    def diff(  # pyright: ignore[reportUnusedFunction]
        old: Annotated[
            str,
            typer.Argument(
                metavar="OLD", help="The spec as it was: file, REVISION:PATH, or - if it is new."
            ),
        ],
        new: Annotated[
            str,
            typer.Argument(metavar="NEW", help="The spec as it shall be: the same, - if it goes."),
        ],
        target: Target = None,
        format: Annotated[Format, typer.Option(help="How to print.")] = "text",  # noqa: A002
        fail_on: Annotated[
            SeverityName, typer.Option(help="The mildest severity that gives exit code 1.")
        ] = "medium",
        allow: Annotated[
            list[str] | None,
            typer.Option(
                metavar="LOSS",
                help="Let this loss of data through; once for each, as diff names it.",
            ),
        ] = None,
    ) -> None:
        """Say what a change of a spec means: lost data, broken rules, promises, then numbers.

        Needs no credentials and no engine. To compare with a branch:

        tricenter diff origin/main:stacks/ledger.yaml stacks/ledger.yaml

        Exit code 1 if the new spec is not valid, a rule refuses it, or data would be lost. A loss
        is let through by --allow 'delete database ledger-b', or in a pull request by a line of
        `may_destroy` that the change brings. A promise that gets weaker (an objective, a hazard, a
        claim, a retention) is marked and refuses nothing. A file that does not exist is wrong use,
        unless OLD is a revision of it: then it goes.
        """
        from tricenter.policies.diff.difference import difference

        today = today_utc()
        after = _side(new, target, today, was=old)
        before = _side(old, target, today)
        if after.absent and before.absent:
            raise typer.BadParameter(f"there is neither {old} nor {new}", param_hint="OLD NEW")
        judged_on = target or _target_of(after) or _target_of(before) or "lab"
        found = difference(before, after, judged_on, fail_on, today, allowed=allow or ())
        typer.echo(_rendered(found, format), nl=False)
        if found.refused:
            raise typer.Exit(1)


def _side(name: str, target: TargetName | None, today: "date", *, was: str | None = None) -> "Side":
    from tricenter.cli.revision import read_spec
    from tricenter.policies.diff.side import Side
    from tricenter.topology.errors import SpecError
    from tricenter.topology.validate import validate

    text = ""
    try:
        read = read_spec(name, was=was)
        if read is None:
            return Side(name=name)
        text = read.text
        topology = validate(read)
        judged = _judged(read, topology, chosen_target(topology, target), today)
    except SpecError as error:
        return Side(name=name, text=text, diagnostics=error.diagnostics)
    return Side(name=name, text=text, judged=judged)


def _judged(read: "Document", topology: "Topology", target: TargetName, today: "date") -> "Judged":
    from tricenter.policies.diff.side import Judged
    from tricenter.policies.gather import gather
    from tricenter.policies.judge import judge, locate

    refuse_misplaced(read, topology, (target,))
    facts = gather(topology, target, today)
    return Judged(read=read, facts=facts, found=locate(read, judge(facts)))


def _target_of(side: "Side") -> TargetName | None:
    return side.judged.facts.target if side.judged else None  # pyright: ignore[reportReturnType]


def _rendered(found: "Difference", format: Format) -> str:  # noqa: A002
    if format == "text":
        from tricenter.policies.report.diff_text import render as text

        return f"{heading('judged', found.target)}\n{text(found, colour=colours())}"
    if format == "json":
        from tricenter.policies.report.diff_json import render as as_json

        return as_json(found)
    from tricenter.policies.report.diff_markdown import render as markdown

    return markdown(found)
