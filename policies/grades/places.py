"""Where evidence stands in the spec's file."""

from collections.abc import Callable
from typing import Literal

from tricenter.topology.document import Document
from tricenter.topology.errors import Path
from tricenter.topology.problem import Problem
from tricenter.topology.validate import diagnose

Locate = Callable[[Path, Literal["key", "value"]], tuple[str, Path]]


def locator(read: Document) -> Locate:
    """A function from a path to its file:line:column and the part of it that the file has.

    What the spec leaves out is shown at the nearest thing around it that it has.
    """

    def locate(path: Path, at: Literal["key", "value"]) -> tuple[str, Path]:
        (found,) = diagnose(read, [Problem(path=path, id="evidence", message="", at=at)])
        place = found.position
        return f"{found.file}:{place.line}:{place.column}", read.existing(path)

    return locate


def nowhere(path: Path, at: Literal["key", "value"]) -> tuple[str, Path]:
    """The path alone, for who has no file at hand."""
    del at
    return "", path
