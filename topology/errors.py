"""Positions, diagnostics and the root of every exception that tricenter raises on purpose."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

Path = tuple[str | int, ...]
"""Where a value stands in a spec: keys of mappings and indices of lists, from the root."""
PLAIN_KEY = re.compile(r"[\w@*:-]+")
"""Keys that a path shows as they are; others are quoted, so that a path is always one line."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Position:
    """A place in a text file; lines and columns count characters from 1."""

    line: int
    column: int


START = Position(line=1, column=1)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Diagnostic:
    """One thing wrong in a file; `str` gives the line that users see, sorting is file order."""

    file: str
    position: Position
    path: str
    id: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.position.line}:{self.position.column}"
        subject = f"{self.path}: " if self.path else ""
        return f"{where}: error[{self.id}] {subject}{self.message}"


class TricenterError(Exception):
    """Root of every error that a user of tricenter can cause or mend."""


class SpecError(TricenterError):
    """The spec is wrong; `diagnostics` has every reason, in file order."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(sorted(set(diagnostics)))
        super().__init__("\n".join(map(str, self.diagnostics)))


def join_path(path: Path) -> str:
    """A path as users read it: `dns.records.api.rules[0].geo`; the root is the empty text."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            shown = step if PLAIN_KEY.fullmatch(step) else repr(step)
            text += f".{shown}" if text else shown
    return text
