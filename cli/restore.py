"""`tricenter restore`: a database as it was at a moment, in a scratch instance, timed."""

import time
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import typer

from tricenter.cli.lab_stack import LabStack, find_stack

Yes = Annotated[bool, typer.Option("--yes", "-y", help="With --replace: do not ask.")]
Printed = Annotated[Literal["text", "json", "markdown"], typer.Option("--format")]


def register(app: typer.Typer) -> None:
    """Add `restore` to the command line."""
    app.command()(restore)


def restore(
    database: Annotated[str | None, typer.Option("--database", help="What to restore.")] = None,
    to: Annotated[
        str, typer.Option("--to", help="A moment (ISO 8601, UTC), or latest.")
    ] = "latest",
    place: Annotated[
        str | None, typer.Option("--from", help="A site with a repository, or a vault.")
    ] = None,
    site: Annotated[
        str | None, typer.Option("--site", help="Where to; by default where the repository is.")
    ] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Leave it running, to look into.")] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Make it the database, in place of every copy.")
    ] = False,
    discard: Annotated[
        bool, typer.Option("--discard-live", help="With --replace: though the live one has tables.")
    ] = False,
    yes: Yes = False,
    drop: Annotated[
        str | None, typer.Option("--drop", help="Remove a scratch instance that was kept.")
    ] = None,
    stack: LabStack = None,
    format: Printed = "text",  # noqa: A002
) -> int:
    """Restore a database into a scratch instance beside the live ones; nothing live is touched.

    With --replace it becomes the database instead: every copy is made anew from it; tables that
    are served now go with --discard-live alone. Says how long it took, to which transaction it
    went, and which gap of the log ended it; exit code 1 if the archive ends before the moment.
    """
    from tricenter.cli import restore_live
    from tricenter.lab.backup import asking

    chosen = find_stack(stack)
    if drop is not None:
        asking.drop(chosen, drop)
        typer.echo(f"removed {drop}")
        return 0
    if database is None:
        raise typer.BadParameter("name the database to restore", param_hint="--database")
    moment = parse_moment(to)
    started = time.monotonic()
    if replace:
        asked = restore_live.Asked(
            database=database, place=place, site=site, moment=moment, discard=discard, yes=yes
        )
        source, found = restore_live.restore(chosen, asked)
    else:
        source = asking.choose_source(chosen, database, place, site)
        found = asking.restore(chosen, database, source, moment, keep=keep)
    found["seconds"] = round(time.monotonic() - started, 3)
    found["from"] = source.vault or source.repository
    found["to"] = moment.isoformat() if moment else "latest"
    connect = asking.connect_command(chosen, source.site, found["folder"])
    found["connect"] = connect if keep and not replace else None
    if gap := found["gap"]:
        typer.echo(f"tricenter: {_gap_text(found['database'], gap)}", err=True)
    _show(found, "replaced" if replace else "kept" if keep else "removed", format)
    return 0 if found["reached"] else 1


def _gap_text(database: str, gap: dict[str, Any]) -> str:
    """What lies behind a gap, and cannot be restored."""
    return (
        f"the log of {database} has a gap: {gap['missing']} segments are missing after "
        f"{gap['after']}. The newest moment before it is {gap['newest'] or 'that of the backup'}; "
        "what was committed later comes back only from a backup begun after the gap"
    )


def parse_moment(text: str) -> datetime | None:
    """The moment that a user names; None for `latest`; BadParameter for anything else."""
    if text == "latest":
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        message = f"'{text}' is neither latest nor a time such as 2026-11-23T08:30:00Z"
        raise typer.BadParameter(message, param_hint="--to") from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if moment > datetime.now(UTC):
        raise typer.BadParameter(f"{text} is in the future", param_hint="--to")
    return moment.astimezone(UTC)


Fate = Literal["replaced", "kept", "removed"]
"""What became of the scratch instance."""


def _show(found: dict[str, Any], fate: Fate, format: Literal["text", "json", "markdown"]) -> None:  # noqa: A002
    from tricenter.cli.output import Table, show

    recovered = found["recovered"] or "as backed up: no transaction was replayed"
    rows = [
        ("from", found["from"]),
        ("into", f"{found['site']}:{found['folder']}"),
        ("asked for", found["to"]),
        ("last transaction", recovered),
        ("size", f"{found['size'] / (1 << 20):.0f} MiB"),
        ("copying", f"{found['copied']:.1f} s"),
        ("replaying the log", f"{found['replayed']:.1f} s"),
        ("in all", f"{found['seconds']:.1f} s"),
    ]
    notes: list[str] = []
    if not found["reached"]:
        notes.append("The archive ends before the moment asked for: this is all that there is.")
    if fate == "replaced":
        notes.append(f"It is the database now, led by {found['site']}; the others follow it.")
        notes.append(f"What it replaced there is kept: tricenter restore --drop {found['name']}")
    if fate == "kept":
        rows.append(("connect", found["connect"]))
        notes.append(f"It is running; remove it: tricenter restore --drop {found['name']}")
    title = f"restore of {found['database']}"
    table = Table(
        columns=("what", "value"), rows=tuple(rows), title=title, notes=tuple(notes), data=found
    )
    show(table, format)
