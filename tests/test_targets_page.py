"""docs/targets.md has a row for every field of the spec, and none for what is no field."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from tricenter.topology.outline import keys_of
from tricenter.topology.spec import Topology

PAGE = Path(__file__).parent.parent / "docs" / "targets.md"
ROW = re.compile(r"^\| `([^`]+)` \| [^|]+ \| [^|]+ \| [^|]+ \| [^|]+ \|$")


def models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models inside a field's type."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from models(inner)


def holds(annotation: Any, kind: type) -> bool:
    """Whether a field's type is a container of this kind, at any depth of its wrappings."""
    return get_origin(annotation) is kind or any(holds(one, kind) for one in get_args(annotation))


def fields(model: type[BaseModel], above: str = "") -> Iterator[str]:
    """The paths of all values of the spec: `.*` for a name of the user's, `[]` for an entry."""
    for name, field in keys_of(model).items():
        path = f"{above}{name}"
        inner = list(models(field.annotation))
        if not inner:
            yield path
            continue
        if holds(field.annotation, dict):
            path += ".*"
        elif holds(field.annotation, tuple):
            path += "[]"
        for one in inner:
            yield from fields(one, f"{path}.")


def rows() -> list[str]:
    """The fields that the page has a row for; a trailing `.*` stands for all below."""
    found = [ROW.match(line) for line in PAGE.read_text(encoding="utf-8").splitlines()]
    return [match[1] for match in found if match]


def covers(row: str, field: str) -> bool:
    """Whether a row is about a field: the same, or all below."""
    return row == field or (row.endswith(".*") and field.startswith(row[:-1]))


def test_every_field_has_a_row() -> None:
    """A new field cannot be forgotten in the table."""
    table = rows()
    exact = [
        row for row in table if row not in ("sites.*", "witnesses.*", "databases.*", "cities.*")
    ]
    missing = [field for field in fields(Topology) if not any(covers(row, field) for row in exact)]
    assert not missing, "\n".join(missing)


def test_every_row_is_a_field() -> None:
    """A row about a field that is gone is found."""
    known = set(fields(Topology))
    stale = [
        row
        for row in rows()
        if not any(covers(row, field) or field.startswith(f"{row}.") for field in known)
    ]
    assert not stale, "\n".join(stale)
