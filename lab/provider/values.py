"""Property values: plain data for the lab, protobuf structs for the engine, and how two differ."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal, cast

from google.protobuf.struct_pb2 import Struct

Change = Literal["add", "delete", "update"]


def plain(struct: Struct) -> dict[str, Any]:
    """A struct as plain data; whole numbers are `int` again, which protobuf does not know."""
    return {key: _plain(value) for key, value in struct.fields.items()}


def _plain(value: Any) -> Any:
    match value.WhichOneof("kind"):
        case "struct_value":
            return plain(value.struct_value)
        case "list_value":
            return [_plain(entry) for entry in value.list_value.values]
        case "number_value":
            number = value.number_value
            return int(number) if number.is_integer() else number
        case "string_value":
            return value.string_value
        case "bool_value":
            return value.bool_value
        case _:
            return None


def struct(values: Mapping[str, Any]) -> Struct:
    """Plain data as a struct."""
    result = Struct()
    result.update(jsonable(values))
    return result


def jsonable(value: Any) -> Any:
    """The data with lists in place of tuples and whole floats as `int`, as it comes back later."""
    if isinstance(value, Mapping):
        pairs = cast(Mapping[str, Any], value).items()
        return {str(key): jsonable(entry) for key, entry in pairs}
    if isinstance(value, list | tuple):
        return [jsonable(entry) for entry in cast(list[Any], value)]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def changes(old: Any, new: Any, path: str = "") -> Iterator[tuple[str, Change]]:
    """Where two values differ, as the engine writes paths; lists count as a whole."""
    if not (isinstance(old, Mapping) and isinstance(new, Mapping)):
        if old != new:
            yield path, "update"
        return
    before, after = cast(Mapping[str, Any], old), cast(Mapping[str, Any], new)
    for key in sorted({*before, *after}):
        step = _step(path, key)
        if key not in after:
            yield step, "delete"
        elif key not in before:
            yield step, "add"
        else:
            yield from changes(before[key], after[key], step)


def _step(path: str, key: str) -> str:
    if key.replace("_", "").isalnum():
        return f"{path}.{key}" if path else key
    return f'{path}["{key}"]'
