"""A line of a spec as a terminal may show it, with a caret under a place in it.

Specs come from strangers' forks, and what is printed goes into logs: control characters are
replaced, so that no line can steer a terminal or speak to a build's runner, and what looks like
a secret is covered.
"""

import json
import re
import unicodedata
from functools import lru_cache
from typing import Any

from tricenter.topology.columns import columns_of

LONGEST = 160
"""Columns of a line that are shown; the caret stays among them."""
SECRET = re.compile(
    r"(?i)((?:password|passwd|passphrase|secret|token|credential|api[_-]?key|access[_-]?key|"
    r"private[_-]?key)[\w-]*[\"']?\s*[:=]\s*)(\S.*)"
)
USER_AND_PASSWORD = re.compile(r"(\w+://[^\s:/@]*:)([^\s@/]+)(?=@)")
COVER = "********"


def one_line(text: str) -> str:
    """A text on one line: runs of white space become one space, control characters a sign."""
    return printable(" ".join(text.split()))


def printable(text: str) -> str:
    """A text without characters that steer a terminal or turn the direction of writing."""
    return "".join(
        character
        if unicodedata.category(character) not in _UNSHOWN
        else "\N{REPLACEMENT CHARACTER}"
        for character in text
    )


def json_lines(data: Any, indent: int | None = 2) -> str:
    """Data as JSON that says the same and shows nothing but characters that are seen.

    A runner's `##[` stands in no line of it either.
    """
    text = json.dumps(data, indent=indent, ensure_ascii=False)
    if text.isascii() and "\x7f" not in text and "##" not in text:
        return text
    return "".join(map(_coded, text)).replace("##", "#\\u0023")


def _coded(character: str) -> str:
    if character == "\n" or unicodedata.category(character) not in _UNSHOWN:
        return character
    return json.dumps(character)[1:-1] if character != "\x7f" else "\\u007f"


_UNSHOWN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def without_secrets(text: str) -> str:
    """A text with what stands behind a word such as `password:` covered to the line's end."""
    return USER_AND_PASSWORD.sub(rf"\1{COVER}", SECRET.sub(rf"\1{COVER}", text))


def excerpt(text: str, line: int, column: int, longest: int = LONGEST) -> tuple[str, str] | None:
    """A line of a text, and the caret's line below it; None where there is no such line.

    Line and column count characters from 1; wide characters take two columns of a terminal and
    combining ones none, so that the caret stands under its place.
    """
    lines = _lines(text)
    if not 0 < line <= len(lines) or not lines[line - 1].strip():
        return None
    raw = lines[line - 1].replace("\t", " ")
    covered = without_secrets(raw)
    at = min(column - 1, _same(raw, covered), len(covered))
    covered = printable(covered)
    start = 0
    if len(covered) > longest:
        start = max(0, min(at - longest // 2, len(covered) - longest))
    shown = covered[start : start + longest]
    dots = "..." if start else ""
    more = "..." if start + longest < len(covered) else ""
    return f"{dots}{shown}{more}", " " * (len(dots) + columns_of(shown[: at - start])) + "^"


@lru_cache(maxsize=2)
def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _same(raw: str, covered: str) -> int:
    """How far the line is shown as it stands; behind that the caret points to the cover."""
    if raw == covered:
        return len(raw)
    return next(
        (i for i, pair in enumerate(zip(raw, covered, strict=False)) if pair[0] != pair[1]),
        min(len(raw), len(covered)),
    )
