"""What the model expects at a path of the spec: the mapping's keys, the field's description."""

import types
from collections.abc import Iterator
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from tricenter.topology.errors import Path


def keys_of(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """The fields of a mapping by the key that the spec uses."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


def model_at(root: type[BaseModel], path: Path) -> type[BaseModel] | None:
    """The model of the mapping at a path, or None if there is another kind of value."""
    return next((found for found in _models(_annotation(root, path))), None)


def field_at(root: type[BaseModel], path: Path) -> FieldInfo | None:
    """The field that a path ends in, or None if it ends in a list's entry or a free key."""
    parent = model_at(root, path[:-1])
    return keys_of(parent).get(str(path[-1])) if parent is not None else None


def describe(field: FieldInfo) -> str:
    """What a field is: its own description, else that of the mapping it holds."""
    model = next(_models(field.annotation), None)
    said = field.description or (model.__doc__ if model is not None else "") or ""
    return said.splitlines()[0] if said else ""


def words_of(field: FieldInfo) -> tuple[str, ...]:
    """The words among which a field chooses; empty if it is not a choice."""
    return tuple(str(word) for word in _words(field.annotation))


def _annotation(root: type[BaseModel], path: Path) -> Any:
    here: Any = root
    for step in path:
        here = _step(here, step)
    return here


def _step(annotation: Any, step: str | int) -> Any:
    for part in _parts(annotation):
        if isinstance(part, type) and issubclass(part, BaseModel):
            field = keys_of(part).get(str(step))
            return None if field is None else field.annotation
        if get_origin(part) is dict:
            return get_args(part)[1]
        if get_origin(part) is tuple:
            return get_args(part)[0]
    return None


def _parts(annotation: Any) -> Iterator[Any]:
    """The alternatives of an annotation, without what `Annotated` and `| None` add."""
    if hasattr(annotation, "__metadata__"):
        yield from _parts(annotation.__origin__)
    elif get_origin(annotation) in (Union, types.UnionType):
        for part in get_args(annotation):
            yield from _parts(part)
    elif annotation is not type(None):
        yield annotation


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    for part in _parts(annotation):
        if isinstance(part, type) and issubclass(part, BaseModel):
            yield part


def _words(annotation: Any) -> Iterator[Any]:
    for part in _parts(annotation):
        if get_origin(part) is Literal:
            yield from get_args(part)
