"""`tricenter doctor`: what this machine has, what is missing, and the command that brings it."""

from typing import Annotated

import typer

from tricenter.cli.output import Format, Table, show


def register(app: typer.Typer) -> None:
    """Add `doctor` to the command line."""
    app.command()(doctor)


def doctor(
    format: Annotated[Format, typer.Option(help="How to print.")] = "text",  # noqa: A002
) -> None:
    """Check this machine: the same table that set-up uses.

    Exit code 0 if everything that the lab needs is there, 4 if not.
    """
    from tricenter.cli.errors import ENVIRONMENT
    from tricenter.setup.checks import Finding, examine

    def row(finding: Finding) -> tuple[str, ...]:
        state = "ok" if finding.ok else "optional" if finding.check.optional else "MISSING"
        return (state, finding.check.title, finding.detail, "" if finding.ok else finding.mend)

    findings = examine()
    missing = [finding for finding in findings if not finding.ok and not finding.check.optional]
    note = f"{len(missing)} missing: run 'make setup'" if missing else "everything is there"
    show(
        Table(
            columns=("state", "what", "found", "how to mend it"),
            rows=tuple(map(row, findings)),
            notes=(note,),
            data={"ok": not missing, "checks": [finding.as_data() for finding in findings]},
        ),
        format,
    )
    if missing:
        raise typer.Exit(ENVIRONMENT)
