"""How commands print tables: for people, for programs, for pull requests."""

import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from tricenter.policies.report.source import json_lines

Format = Literal["text", "json", "markdown"]


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


def text(table: Table) -> str:
    """The table with columns aligned by spaces."""
    lines = [table.title, ""] if table.title else []
    cells = [table.columns, *table.rows]
    widths = [max(_width(row[index]) for row in cells) for index in range(len(table.columns))]
    ruled = (table.columns, tuple("-" * width for width in widths), *table.rows)
    for row in ruled:
        padded = [
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
        ]
        lines.append("  ".join(padded).rstrip())
    return _finish(lines, table.notes)


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


def _width(cell: str) -> int:
    """Columns of a terminal that `cell` takes: East Asian wide characters take two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in cell)


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
