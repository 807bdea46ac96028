"""What drills left: records and reports to look at, killed drills to take away."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tricenter.cli.drill import Records, Spec
from tricenter.cli.spec_argument import chosen_spec
from tricenter.cli.up import Printed

if TYPE_CHECKING:
    from tricenter.drills.journal import Journal


def list_(records: Records = None, spec: Spec = None, format: Printed = "text") -> None:  # noqa: A002
    """List the records that are kept, and drills that did not end."""
    from tricenter.cli.output import Table, show
    from tricenter.cli.project import find_project
    from tricenter.drills.journal import list_journals
    from tricenter.drills.report import words
    from tricenter.policies.records.drill import RecordError, read_record

    folder = _records(records, chosen_spec(spec))
    rows: list[tuple[str, ...]] = []
    for path in sorted(folder.glob("*.json")):
        try:
            found = read_record(path)
        except RecordError as error:
            typer.echo(f"tricenter: {error}", err=True)
            continue
        lost = ", ".join(f"{u.database} {words.loss(u)}" for u in found.units)
        slow = ", ".join(f"{u.database} {words.gap(u.measured.rto)}" for u in found.units)
        rows.append(
            (found.run, found.scenario, found.verdict, found.started[:16], lost, slow, str(path))
        )
    for journal in list_journals(find_project().root):
        if not journal.ended:
            state = "running" if journal.running else "not ended"
            rows.append((journal.run, journal.scenario, state, "", "", "", str(journal.folder)))
    columns = ("run", "scenario", "verdict", "started", "lost", "longest wait", "where")
    show(Table(columns=columns, rows=tuple(rows), title="drills"), format)


def report(
    record: Annotated[Path, typer.Argument(help="A record, as written by `drill run`.")],
    out: Annotated[Path | None, typer.Option("--out", help="By default beside the record.")] = None,
) -> None:
    """Write the HTML report of a record anew."""
    from tricenter.drills.report import report_html
    from tricenter.policies.records.drill import read_record

    target = out or record.with_suffix(".html")
    target.write_text(report_html(read_record(record)), encoding="utf-8")
    typer.echo(f"wrote {target}")


def clean(
    run_id: Annotated[
        str | None, typer.Argument(metavar="[RUN]", help="By default every forgotten drill.")
    ] = None,
) -> None:
    """Take away what a killed or kept drill left: its stack, clients, settings and history."""
    from tricenter.cli.project import find_project
    from tricenter.drills.journal import find_journal, list_journals

    root = find_project().root
    found = [j for j in list_journals(root) if not j.running]
    if run_id:
        found = [find_journal(run_id, root)]
    for journal in found:
        take_away(journal)
        typer.echo(f"drill {journal.run}: nothing is left")
    if not found:
        typer.echo("no drill is left")


def take_away(journal: "Journal") -> None:
    """Take away all of a drill; JournalError while it runs, LabError when something stays."""
    import shutil

    from tricenter.drills.journal import JournalError
    from tricenter.drills.stage import left
    from tricenter.lab.errors import LabError

    if journal.running:
        raise JournalError(f"drill {journal.run} still runs, as process {journal.process}")
    if journal.target != "lab":
        from tricenter.cli.drill_cloud import undo

        undo(journal)
    else:
        _undo(journal)
    if remains := left(journal.stack):
        raise LabError(f"drill {journal.run} left {', '.join(remains)}")
    shutil.rmtree(journal.folder)


def _undo(journal: "Journal") -> None:
    from tricenter.cli.engine import EngineError
    from tricenter.drills.stage import remove

    if journal.engine == "pulumi":
        from tricenter.cli.drill_stack import maker_of

        try:
            maker_of(journal, "text").down()
        except EngineError as error:
            typer.echo(f"{error}; sweeping by the stack's id", err=True)
        else:
            return
    remove(journal.stack)


def _records(named: Path | None, spec: Path) -> Path:
    from tricenter.topology.errors import SpecError
    from tricenter.topology.validate import load

    if named is not None:
        return named
    with suppress(SpecError):
        return Path(load(spec).drills.records)
    return Path("records")
