"""`tricenter backups`: the backups that there are, by database and place."""

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from tricenter.cli.lab_stack import LabStack, find_stack
from tricenter.cli.restore import Printed


def register(app: typer.Typer) -> None:
    """Add `backups` to the command line."""

    @app.command()
    def backups(  # pyright: ignore[reportUnusedFunction]
        database: Annotated[
            list[str] | None, typer.Option("--database", help="Only this one; may be repeated.")
        ] = None,
        keep_tests: Annotated[
            Path | None,
            typer.Option(
                help="Write the newest restore test of each database there: the folder that the "
                "spec's `drills.records` names, from which forecasts take the rate of a restore."
            ),
        ] = None,
        stack: LabStack = None,
        format: Printed = "text",  # noqa: A002
    ) -> int:
        """List backups by database with their age, size and place.

        A vault is attached for reading meanwhile. Exit code 1 if a place has nothing, if the log is
        not archived, or if it has a gap: moments after a gap cannot be restored until the next
        backup, which begins by itself once archiving works.
        """
        from tricenter.cli.output import Table, show
        from tricenter.lab.backup.archiver import failing
        from tricenter.lab.backup.asking import inventory
        from tricenter.lab.backup.tested import restore_tests

        chosen = find_stack(stack)
        if keep_tests is not None:
            _keep(restore_tests(chosen), keep_tests)
        places = [*inventory(chosen, database or ()), *failing(chosen, database or ())]
        rows = tuple(row for place in places for row in _rows(place))
        notes = tuple(dict.fromkeys(note for place in places for note in _notes(place)))
        columns = ("database", "place", "kind", "label", "taken", "age", "database size", "stored")
        show(Table(columns=columns, rows=rows, notes=notes, data=places), format)
        return 1 if not rows or any(_is_wrong(place) for place in places) else 0


def _keep(records: Iterable[dict[str, Any]], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for record in records:
        name = f"restore-{record['database']}-{record['at'][:10]}.json"
        (folder / name).write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
        typer.echo(f"kept {folder / name}", err=True)


def _rows(place: dict[str, Any]) -> list[tuple[str, ...]]:
    return [
        (
            place["database"],
            place["place"],
            backup["kind"],
            backup["label"],
            backup["taken"],
            _age(backup["taken"], place["now"]),
            f"{backup['database_size'] / (1 << 20):.1f} MiB",
            f"{backup['repository_size'] / (1 << 20):.1f} MiB",
        )
        for backup in sorted(place.get("backups", ()), key=lambda backup: backup["label"])
    ]


def _notes(place: dict[str, Any]) -> list[str]:
    notes = [
        f"{place['place']}: the log of {place['database']} has a gap of {gap['missing']} segments "
        f"after {gap['after']}{_reach(place)}; the next backup closes it, and begins by itself"
        for gap in place.get("gaps", ())
    ]
    if "problem" in place:
        of = f"{place['database']}: " if "database" in place else ""
        notes.append(f"{place['place']}: {of}{place['problem']}")
    if place.get("shipped"):
        age = _age(place["shipped"], place["now"])
        notes.append(f"{place['place']}: last shipment {place['shipped']}, {age} ago")
    return notes


def _reach(place: dict[str, Any]) -> str:
    return f", behind {place['reach']}" if place.get("reach") else ""


def _is_wrong(place: dict[str, Any]) -> bool:
    return bool(place.get("gaps")) or "problem" in place


def _age(then: str, now: str) -> str:
    """How long ago, in the two largest units."""
    seconds = int((datetime.fromisoformat(now) - datetime.fromisoformat(then)).total_seconds())
    if seconds < 60:
        return f"{max(seconds, 0)} s"
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if minutes < 60:
        return f"{minutes} min"
    return f"{hours} h {minutes % 60} min" if hours < 48 else f"{days} d {hours % 24} h"
