"""How commands print tables: for people, for programs, for pull requests."""

import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

import typer

from tricenter.policies.report.source import json_lines
from tricenter.topology.columns import folded, lines_of, widths_of

Format = Literal["text", "json", "markdown"]
LEAST = 80
"""Columns that a table has at the least: eight of its own with a gap between them."""
Width = Annotated[
    int | None,
    typer.Option("--width", min=LEAST, help="Columns of the text; the screen's by default."),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under named columns; `data` is what `--format json` prints, rows by column if absent."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    title: str = ""
    notes: tuple[str, ...] = ()
    data: Any = field(default=None)


def is_terminal() -> bool:
    """Whether a person watches standard output."""
    return sys.stdout.isatty()


def show(table: Table, format: Format = "text") -> None:  # noqa: A002
    """Prints `table` to standard output; on a terminal the text form has lines and colours."""
    if format == "text" and is_terminal():
        _show_rich(table)
    else:
        sys.stdout.write({"text": text, "json": as_json, "markdown": markdown}[format](table))


def screen(asked: int | None) -> int | None:
    """The columns to print in: those asked for, else the screen's; None where there is no screen,
    so that what reads the output finds each row on one line."""
    if asked is not None:
        return asked
    if is_terminal():
        return max(LEAST, shutil.get_terminal_size().columns)
    return None


def text(table: Table, width: int | None = None) -> str:
    """The table with columns aligned by spaces, folded to so many columns of a screen."""
    widths = widths_of([table.columns, *table.rows], width)
    ruled = (table.columns, tuple("-" * wide for wide in widths), *table.rows)
    lines = [*_wrapped(table.title, width), ""] if table.title else []
    lines += [line for row in ruled for line in lines_of(row, widths)]
    return _finish(lines, [line for note in table.notes for line in _wrapped(note, width)])


def markdown(table: Table) -> str:
    """The table for a pull request."""
    lines = [f"### {table.title}", ""] if table.title else []
    lines += [_markdown_row(table.columns), _markdown_row(["---"] * len(table.columns))]
    lines += [_markdown_row(row) for row in table.rows]
    return _finish(lines, table.notes)


def as_json(table: Table) -> str:
    """`data` of the table, or its rows as objects."""
    keys = [column.lower().replace(" ", "_") for column in table.columns]
    rows = [dict(zip(keys, row, strict=True)) for row in table.rows]
    return as_json_text(rows if table.data is None else table.data)


def as_json_text(data: Any) -> str:
    """`data` as every command prints JSON."""
    return json_lines(data) + "\n"


def _finish(lines: list[str], notes: Sequence[str]) -> str:
    return "\n".join([*lines, *([""] if notes else []), *notes]) + "\n"


def _markdown_row(cells: Sequence[str]) -> str:
    escaped = (cell.replace("|", "\\|").replace("\n", "<br>") for cell in cells)
    return "| " + " | ".join(escaped) + " |"


def _wrapped(text: str, width: int | None) -> list[str]:
    return [text] if width is None else folded(text, width, "  ")


def _show_rich(table: Table) -> None:
    from rich.console import Console
    from rich.table import Table as RichTable
    from rich.text import Text

    console = Console()
    drawn = RichTable(title=table.title or None, title_justify="left", header_style="bold")
    for column in table.columns:
        drawn.add_column(column, overflow="fold")
    for row in table.rows:
        drawn.add_row(*(Text(cell) for cell in row))
    console.print(drawn)
    for note in table.notes:
        console.print(Text(note))
