"""Tables of what was and what will be: cells that know whether they changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A value before and after; None where the thing is not there on that side."""

    before: str | None
    after: str | None

    @property
    def changed(self) -> bool:
        """Whether the two differ."""
        return self.before != self.after


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What a row is about, in one or more words, and its cells."""

    about: tuple[str, ...]
    cells: tuple[Cell, ...]

    @property
    def changed(self) -> bool:
        """Whether any cell did."""
        return any(cell.changed for cell in self.cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table: `about` names the first columns, `columns` those that may change."""

    title: str
    about: tuple[str, ...]
    columns: tuple[str, ...]
    lines: tuple[Line, ...]

    @property
    def changed(self) -> tuple[Line, ...]:
        """The rows with a changed cell."""
        return tuple(line for line in self.lines if line.changed)

    @property
    def same(self) -> tuple[Line, ...]:
        """The rows without one."""
        return tuple(line for line in self.lines if not line.changed)


Values = Mapping[tuple[str, ...], Sequence[str]]
"""The values of one side by what their row is about, in the order of the table."""


def beside(
    title: str,
    about: tuple[str, ...],
    columns: tuple[str, ...],
    before: Values | None,
    after: Values | None,
) -> Grid:
    """The two sides as one table: the rows of the new one, then those that only the old one has.

    None for a side that is not there: its cells are None.
    """
    old, new = before or {}, after or {}
    keys = [*new, *(key for key in old if key not in new)]
    empty = (None,) * len(columns)
    lines = [
        Line(
            about=key,
            cells=tuple(
                Cell(before=was, after=now)
                for was, now in zip(old.get(key, empty), new.get(key, empty), strict=True)
            ),
        )
        for key in keys
    ]
    return Grid(title=title, about=about, columns=columns, lines=tuple(lines))
