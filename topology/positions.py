"""A spec file as read: plain data, where each key and value stands, and what could not be read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, cast

from tricenter.topology.errors import START, Diagnostic, Path, Position


class Mark(Protocol):
    """A place in a text as the parser marks it: line, column and index count from 0."""

    @property
    def index(self) -> int: ...
    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...


Marks = dict[str, tuple[Mark, Mark]] | list[Mark]
"""Of one container: key and value mark of each key, or the mark of each entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A YAML 1.2 file as plain data; positions are looked up by path, only when asked for.

    `problems` are what the reader refused without having to stop; values under a path of
    `spoiled` are not what the author meant, so nothing further should be said about them.
    """

    file: str
    text: str
    data: Any
    root: Mark
    marks: Mapping[int, Marks]
    problems: tuple[Diagnostic, ...] = ()
    spoiled: frozenset[Path] = frozenset()

    def value_position(self, path: Path) -> Position:
        """Where the value of a path starts; for a path that is not there, its nearest parent."""
        return self._find(path, 1)

    def key_position(self, path: Path) -> Position:
        """Where the key of a path starts; an entry of a list has none, so its value counts."""
        return self._find(path, 0)

    def existing(self, path: Path) -> Path:
        """The longest part of a path that stands in the file."""
        here = self.data
        for depth, step in enumerate(path):
            if not _has(here, step):
                return path[:depth]
            here = here[step]
        return path

    def value(self, path: Path) -> Any:
        """The value at a path that exists."""
        here = self.data
        for step in path:
            here = here[step]
        return here

    def _find(self, path: Path, side: int) -> Position:
        here: Any = self.data
        mark = self.root
        for step in path:
            if not _has(here, step):
                break
            marks: Any = self.marks[id(here)]
            mark = marks[step][side] if isinstance(step, str) else marks[step]
            here = here[step]
        return self.position(mark)

    def position(self, mark: Mark) -> Position:
        """The mark as a position that lies inside the file, also at its very end."""
        return inside(self.text, mark)


def _has(container: Any, step: str | int) -> bool:
    if isinstance(step, str):
        return isinstance(container, dict) and step in container
    return isinstance(container, list) and 0 <= step < len(cast(list[Any], container))


def inside(text: str, mark: Mark | None) -> Position:
    """A mark of the parser as a position; one behind the last character moves back to it."""
    if mark is None:
        return START
    if mark.index < len(text):
        return Position(line=mark.line + 1, column=mark.column + 1)
    lines = text.rstrip().splitlines() or [""]
    return Position(line=len(lines), column=max(1, len(lines[-1])))
