"""Texts from specs inside Markdown: shown as they are, with no power over the page.

Specs come from strangers' forks, and code hosts turn a comment's text into links, pictures,
mentions of people and references to other issues.
"""

import re
from itertools import takewhile

from tricenter.policies.report.source import one_line

SPECIAL = re.compile(r"([\\`*_{}\[\]<>|~$!])")
LONGEST = 400
"""Characters of one text that are shown; a spec may have a reason as long as a book."""
AROUND, MIDDLE = 20, 280
"""Characters of a long changed value that are shown: beside what differs, and of what differs."""
ZERO_WIDTH = "&#8203;"
"""Behind `@` and the like it keeps a host from seeing a name or a number of theirs there."""
REFERENCE = re.compile(
    r"(?:[@#]|\\[!$~]|%|&amp;)(?=[\w\"\\])"
    r"|(?<![a-z0-9])gh-(?=\d)"
    r"|(?<![a-z0-9])(?-i:[A-Z][A-Z0-9_]+)-(?=\d)"
    r"|\b(?P<commit>(?=\d*[a-f])[0-9a-f]{7,40})\b"
    r"|(?:https?|ftp|mailto|xmpp|www)(?=[:.])"
    r"|:(?=//)",
    re.IGNORECASE,
)
"""Signs of people, issues, merge requests, snippets, labels, milestones, epics, issues by `GH-1` or
by a tracker's `KEY-1`, commits, and addresses, also one that begins within a word. GitHub's
"Autolinked references and URLs", GitLab's "GitLab-specific references", and the extension of
autolinks in the GFM specification, 6.9 (read 2026-11-30)."""
SHORT = re.compile(".{1,6}")


def escaped(text: str) -> str:
    """A text on one line in which Markdown, HTML, mentions and references are only signs."""
    shown = SPECIAL.sub(r"\\\1", _short(text).replace("&", "&amp;"))
    return REFERENCE.sub(_parted, shown)


def _parted(found: re.Match[str]) -> str:
    """A sign with a gap behind it; what could be a commit in parts too short for one."""
    if found["commit"]:
        return ZERO_WIDTH.join(SHORT.findall(found[0]))
    return found[0] + ZERO_WIDTH


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


def apart(before: str, after: str) -> tuple[str, str]:
    """Two texts as they are; where one is long, what differs, and how much is left out.

    So a change at the end of forty subnets is seen as one at their beginning is.
    """
    old, new = one_line(before), one_line(after)
    if max(len(old), len(new)) <= LONGEST:
        return old, new
    start = _alike(old, new)
    end = _alike(old[start:][::-1], new[start:][::-1])
    start, end = max(0, start - AROUND), max(0, end - AROUND)
    return _middle(old, start, end), _middle(new, start, end)


def _alike(one: str, other: str) -> int:
    """How many characters two texts have in common from their start."""
    pairs = zip(one, other, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _middle(text: str, start: int, end: int) -> str:
    shown = text[start : len(text) - end]
    left = f"({start} characters alike) …" if start else ""
    right = f"… ({end} characters alike)" if end else ""
    over = len(shown) - MIDDLE
    if over > 0:
        right = f"… ({over} CHARACTERS NOT SHOWN)" + right
    return f"{left}{shown[:MIDDLE]}{right}"


def _short(text: str) -> str:
    shown = one_line(text)
    over = len(shown) - LONGEST
    return shown if over <= 0 else f"{shown[:LONGEST]}… ({over} CHARACTERS NOT SHOWN)"


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"
