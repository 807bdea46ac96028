"""Rows of cells as lines of a screen: columns aligned, and folded where the screen is narrower."""

import unicodedata
from collections.abc import Sequence

GAP = 2
"""Spaces between two columns."""
LEAST = 8
"""Columns of a screen that a column keeps, whatever is in it; narrower than that nobody reads."""

Rows = Sequence[Sequence[str]]


def widths_of(rows: Rows, width: int | None = None) -> list[int]:
    """The width of each column; together within `width` where that can be, the widest shrink first.

    A column keeps its longest word as long as others have something to give.
    """
    natural = [max(map(columns_of, cells)) for cells in zip(*rows, strict=True)]
    if width is None:
        return natural
    words = [max(_longest_word(cell) for cell in cells) for cells in zip(*rows, strict=True)]
    for floors in (words, [min(LEAST, wide) for wide in natural]):
        natural = _shrunk(natural, floors, width)
    return natural


def lines_of(row: Sequence[str], widths: Sequence[int], indent: str = "") -> list[str]:
    """The lines of a row: one where each cell fits, else as many as the longest cell takes."""
    cells = [folded(cell, wide) for cell, wide in zip(row, widths, strict=True)]
    height = max(map(len, cells), default=0)
    lines: list[str] = []
    for at in range(height):
        parts = [cell[at] if at < len(cell) else "" for cell in cells]
        lines.append((indent + (" " * GAP).join(map(_padded, parts, widths))).rstrip())
    return lines


def folded(text: str, width: int, hang: str = "") -> list[str]:
    """The text in lines of so many columns, broken between words, else within one; `hang` is before
    each line but the first."""
    first, *words = text.split(" ")
    lines, line = list[str](), first
    for word in words:
        more = f"{line} {word}"
        if columns_of(more) <= width:
            line = more
            continue
        *whole, line = _cut(line, width, hang)
        lines += [*whole, *([line] if line.strip() else [])]
        line = hang + word
    return [*lines, *_cut(line, width, hang)]


def columns_of(text: str) -> int:
    """Columns of a screen that a text takes: East Asian wide characters two, marks none."""
    return sum(map(_columns, text))


def _padded(part: str, width: int) -> str:
    return part + " " * (width - columns_of(part))


def _cut(line: str, width: int, hang: str) -> list[str]:
    """A line whose word is too long in as many as it needs; else the line."""
    lines: list[str] = []
    while columns_of(line) > width:
        head = _head(line, width)
        lines.append(head)
        line = hang + line[len(head) :]
    return [*lines, line]


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _longest_word(cell: str) -> int:
    return max(map(columns_of, cell.split(" ")))


def _shrunk(widths: Sequence[int], floors: Sequence[int], width: int) -> list[int]:
    found = list(widths)
    spare = width - GAP * (len(found) - 1)
    while sum(found) > spare:
        givers = [at for at, wide in enumerate(found) if wide > floors[at]]
        if not givers:
            break
        found[max(givers, key=found.__getitem__)] -= 1
    return found


def _head(text: str, width: int) -> str:
    """As much of a text as fits; at least one character, or nothing would ever end."""
    taken = 0
    for at, character in enumerate(text):
        taken += _columns(character)
        if taken > width:
            return text[: max(at, 1)]
    return text
