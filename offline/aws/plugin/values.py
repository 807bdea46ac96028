"""Property values: plain data for the kinds, protobuf structs for the engine."""

from collections.abc import Mapping
from typing import Any, cast

from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.rpc import UNKNOWN as UNKNOWN_TEXT

from tricenter.offline.aws.model import UNKNOWN, Unknown

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - the engine's mark of a secret
Props = dict[str, Any]


def plain(struct: Struct) -> Props:
    """A struct as plain data: whole numbers as `int`, unknown values as UNKNOWN, nulls left out."""
    found = {key: _plain(value) for key, value in struct.fields.items()}
    return {key: value for key, value in found.items() if value is not None}


def _plain(value: Any) -> Any:
    match value.WhichOneof("kind"):
        case "struct_value":
            inner = plain(value.struct_value)
            return inner.get("value") if inner.get(SIGNATURE) == SECRET else inner
        case "list_value":
            return [_plain(entry) for entry in value.list_value.values]
        case "number_value":
            number = value.number_value
            return int(number) if number.is_integer() else number
        case "string_value":
            return UNKNOWN if value.string_value == UNKNOWN_TEXT else value.string_value
        case "bool_value":
            return value.bool_value
        case _:
            return None


def struct(values: Mapping[str, Any]) -> Struct:
    """Plain data as a struct; nulls are left out."""
    result = Struct()
    result.update({key: _wire(value) for key, value in values.items() if value is not None})
    return result


def _wire(value: Any) -> Any:
    if isinstance(value, Unknown):
        return UNKNOWN_TEXT
    if isinstance(value, Mapping):
        pairs = cast(Mapping[str, Any], value).items()
        return {str(key): _wire(entry) for key, entry in pairs if entry is not None}
    if isinstance(value, list | tuple):
        return [_wire(entry) for entry in cast(list[Any], value)]
    return value


def knows(value: Any) -> bool:
    """Whether nothing in the value is still unknown."""
    if isinstance(value, Unknown):
        return False
    if isinstance(value, Mapping):
        return all(knows(entry) for entry in cast(Mapping[str, Any], value).values())
    if isinstance(value, list | tuple):
        return all(knows(entry) for entry in cast(list[Any], value))
    return True
