"""Translates between a resource's properties and the API's requests and answers, by their names.

The SDK writes `dbSubnetGroupName`, the API `DBSubnetGroupName`: names that differ in case and
punctuation alone are the same. Where they differ otherwise, a kind says so.
"""

import inspect
import json
import typing
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from pulumi import _types as pulumi_types  # pyright: ignore[reportPrivateUsage] - no other door

from tricenter.offline.aws.errors import EmulatedAwsError
from tricenter.offline.aws.model import Unknown

Names = Mapping[str, str]
"""The API's member by property, where it cannot be guessed.

`a.b` as a member is member b of member a; `rules.name` as a property is `name` inside `rules`.
"""


def bare(name: str) -> str:
    """A name without case and punctuation."""
    return "".join(character for character in name if character.isalnum()).lower()


def member_of(shape: Any, name: str, names: Names) -> str | None:
    """The path of the member of a shape that a property fills, or None if there is none."""
    if name in names:
        return names[name]
    wanted = bare(name)
    for member in shape.members:
        found = bare(member)
        # A list is called by one of its entries here, by all of them there.
        if wanted in {found, f"{found}s"} or found == f"{wanted}s":
            return member
    return None


class UntranslatedError(EmulatedAwsError):
    """An inner property that the stand-in has no member of the API for; nothing may get lost."""


def to_api(shape: Any, props: Mapping[str, Any], names: Names, inside: str = "") -> dict[str, Any]:
    """A request of a shape from those properties that it has members for.

    `inside` is the property whose own properties these are: there each needs a member.
    """
    request: dict[str, Any] = {}
    for name, value in props.items():
        path = member_of(shape, name, names)
        if value is None or path == "":
            continue
        if path is None and inside:
            raise UntranslatedError(f"the stand-in does not know {inside}.{name}")
        if path is None:
            continue
        *outer, last = path.split(".")
        inner, place = shape, request
        for step in outer:
            inner = inner.members[step]
            place = place.setdefault(step, {})
        if last in inner.members:
            where = f"{inside}.{name}" if inside else name
            place[last] = _value(inner.members[last], value, _within(names, name), where)
    return request


def _within(names: Names, name: str) -> Names:
    """The names that hold inside a property."""
    start = f"{name}."
    return {key.removeprefix(start): to for key, to in names.items() if key.startswith(start)}


def _value(shape: Any, value: Any, names: Names, where: str) -> Any:
    if isinstance(value, Unknown):
        return value
    match shape.type_name:
        case "structure":
            if isinstance(value, list):
                value = cast(list[Any], value)[0] if value else {}
            if isinstance(value, Mapping):
                return to_api(shape, cast(Mapping[str, Any], value), names, where)
        case "list" if isinstance(value, Mapping) and _is_pair(shape.member):
            pairs = cast(Mapping[str, Any], value).items()
            return [{"Key": key, "Value": entry} for key, entry in pairs]
        case "list":
            entries = cast(list[Any], value if isinstance(value, list) else [value])
            return [_value(shape.member, entry, names, where) for entry in entries]
        case "map":
            if isinstance(value, Mapping):
                pairs = cast(Mapping[str, Any], value).items()
                return {key: _value(shape.value, entry, names, where) for key, entry in pairs}
        case _:
            pass
    return _api_scalar(shape.type_name, value)


def _api_scalar(wanted: str, value: Any) -> Any:
    """Numbers and truths that one side writes as texts."""
    match wanted:
        case "integer" | "long" if isinstance(value, str) and value.lstrip("-").isdigit():
            return int(value)
        case "float" | "double" if isinstance(value, str):
            return float(value)
        case "string" if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
        case "boolean" if value in ("true", "false"):
            return value == "true"
        case _:
            return value


def _is_pair(shape: Any) -> bool:
    return shape.type_name == "structure" and {"Key", "Value"} == set(shape.members)


def from_api(types: Mapping[str, Any], found: Mapping[str, Any], names: Names) -> dict[str, Any]:
    """Those properties of the given types that an answer of the API holds."""
    by_bare = {bare(key): key for key in found}
    props: dict[str, Any] = {}
    for name, kind in types.items():
        value = _find(found, by_bare, name, names)
        if value is not None:
            props[name] = _property(kind, value, _within(names, name))
    return props


def _find(found: Mapping[str, Any], by_bare: Mapping[str, str], name: str, names: Names) -> Any:
    if name in names:
        value: Any = found
        for step in names[name].split("."):
            value = cast(Any, value).get(step) if isinstance(value, Mapping) else None
        return value
    wanted = bare(name)
    for candidate in (wanted, wanted.removesuffix("s"), f"{wanted}s"):
        if candidate in by_bare:
            return found[by_bare[candidate]]
    return None


def _property(kind: Any, value: Any, names: Names) -> Any:
    option = plain_type(kind)
    origin = typing.get_origin(option)
    if inspect.isclass(option) and pulumi_types.is_output_type(option):
        if isinstance(value, list):
            entries = cast(list[Any], value)
            value = entries[0] if entries else None
        if isinstance(value, Mapping):
            types = pulumi_types.output_type_types(option)
            return from_api(types, cast(Mapping[str, Any], value), names)
    elif origin is not None and issubclass(origin, Mapping):
        if isinstance(value, list):
            return {entry["Key"]: entry["Value"] for entry in cast(list[Any], value)}
        return cast(Any, value) if isinstance(value, Mapping) else None
    elif origin is not None and issubclass(origin, Sequence):
        entries = cast(list[Any], value if isinstance(value, list) else [value])
        inner = typing.get_args(option)[0]
        return [_property(inner, entry, names) for entry in entries]
    return _scalar(option, value)


def _scalar(option: Any, value: Any) -> Any:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if option is str and isinstance(value, Mapping | list):
        return json.dumps(value)
    if option is str and isinstance(value, bool):
        return str(value).lower()
    if option is str and value is not None and not isinstance(value, str):
        return str(value)
    if option is int and isinstance(value, str) and value.lstrip("-").isdigit():
        return int(value)
    return value


def plain_type(kind: Any) -> Any:
    """A type without None."""
    if typing.get_origin(kind) is typing.Union:
        return next(option for option in typing.get_args(kind) if option is not type(None))
    return kind


def alike(one: Any, other: Any) -> bool:
    """Whether two values mean the same: order of lists, spelling of JSON and numbers aside."""
    if one == other:
        return True
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        left, right = cast(Mapping[str, Any], one), cast(Mapping[str, Any], other)
        # The API also gives what was not asked for; only what was asked for can differ.
        return all(alike(value, right.get(key)) for key, value in left.items())
    if isinstance(one, list) and isinstance(other, list):
        left_list, right_list = cast(list[Any], one), list(cast(list[Any], other))
        if len(left_list) != len(right_list):
            return False
        for entry in left_list:
            match = next((found for found in right_list if alike(entry, found)), None)
            if match is None:
                return False
            right_list.remove(match)
        return True
    if isinstance(one, str) and isinstance(other, str):
        return _alike_texts(one, other)
    return str(cast(Any, one)) == str(other) and not isinstance(one, bool)


def _alike_texts(one: str, other: str) -> bool:
    if not (one[:1] in "{[" and other[:1] in "{["):
        return False
    try:
        return json.loads(one) == json.loads(other)
    except ValueError:
        return False
