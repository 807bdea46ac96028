"""Texts from specs inside Markdown: shown as they are, with no power over the page.

Specs come from strangers' forks, and code hosts turn a comment's text into links, pictures,
mentions of people and references to other issues.
"""

import re

from tricenter.policies.report.source import one_line

SPECIAL = re.compile(r"([\\`*_{}\[\]<>|~$!])")
LONGEST = 400
"""Characters of one text that are shown; a spec may have a reason as long as a book."""
ZERO_WIDTH = "&#8203;"
"""Behind `@` and `#` it keeps a host from seeing a name or a number of theirs there."""


def escaped(text: str) -> str:
    """A text on one line in which Markdown, HTML, mentions and references are only signs."""
    shown = SPECIAL.sub(r"\\\1", _short(text).replace("&", "&amp;"))
    shown = re.sub(r"([@#])(?=\w)", rf"\1{ZERO_WIDTH}", shown)
    return re.sub(r"(?i)\b(https?|ftp|www)([:.])", rf"\1{ZERO_WIDTH}\2", shown)


def ours(text: str) -> str:
    """A text of a rule, whose Markdown is meant; it cannot leave a cell of a table."""
    return one_line(text).replace("<", "&lt;").replace("|", "\\|")


def code(text: str) -> str:
    """A text as code, also inside a table; one with a backtick as HTML code."""
    shown = _short(text)
    if "`" in shown or "|" in shown or not shown:
        return f"<code>{escaped(shown)}</code>" if shown else ""
    return f"`{shown}`"


def table(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    """The lines of a Markdown table of cells that are escaped already."""
    return [_row(columns), _row(("---",) * len(columns)), *map(_row, rows)]


def folded(title: str, lines: list[str]) -> list[str]:
    """Lines that a reader opens by a click."""
    return ["<details>", f"<summary>{title}</summary>", "", *lines, "", "</details>"]


def _short(text: str) -> str:
    shown = one_line(text)
    return shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}…"


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"
