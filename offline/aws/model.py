"""Judges a request by botocore's model of an API: also enumerations, patterns, lengths and ranges.

boto3 itself checks names, types and required members only; the rest is left to the real cloud.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from threading import RLock
from typing import Any, cast

import botocore.session

SECRET = re.compile(r"password|secret|token|credential", re.IGNORECASE)
LONGEST_SHOWN = 200
"""Characters of a value that an error repeats."""


class Unknown:
    """A value that exists only after something else was made: nothing can be said against it."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = Unknown()


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is wrong with one member of a request; `path` is in the API's own names."""

    path: str
    reason: str

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}" if self.path else self.reason


def service_model(service: str) -> Any:
    """botocore's model of a service by its boto3 name, for example `rds`."""
    # Models are megabytes: threads that want the same one wait for whoever reads it.
    with _LOADING:
        return _loaded(service)


_LOADING = RLock()


@cache
def _loaded(service: str) -> Any:
    return _session().get_service_model(service)


@cache
def _session() -> Any:
    return cast(Any, botocore.session).get_session()


@cache
def input_shape(service: str, operation: str) -> Any:
    """The shape of an operation's request, or None where it takes nothing."""
    return service_model(service).operation_model(operation).input_shape


def request_problems(service: str, operation: str, request: Mapping[str, Any]) -> list[Problem]:
    """Everything wrong with a request, without asking any cloud."""
    shape = input_shape(service, operation)
    return [] if shape is None else list(problems(shape, request))


def problems(shape: Any, value: Any, path: str = "") -> Iterator[Problem]:
    """What is wrong with a value of a shape of the model; unknown values pass."""
    if isinstance(value, Unknown):
        return
    judge = JUDGES.get(shape.type_name)
    if judge is not None:
        yield from judge(shape, value, path)


def _structure(shape: Any, value: Any, path: str) -> Iterator[Problem]:
    if not isinstance(value, Mapping):
        yield _type(path, "an object", value)
        return
    given = cast(Mapping[str, Any], value)
    for name in shape.required_members:
        if given.get(name) is None:
            yield Problem(path=_join(path, name), reason="is required")
    for name, member in given.items():
        if name not in shape.members:
            yield Problem(path=_join(path, name), reason="is not known to the API")
        elif member is not None:
            yield from problems(shape.members[name], member, _join(path, name))


def _list(shape: Any, value: Any, path: str) -> Iterator[Problem]:
    if not isinstance(value, list | tuple):
        yield _type(path, "a list", value)
        return
    entries = cast(list[Any], value)
    yield from _range(shape, len(entries), path, "entries")
    for index, entry in enumerate(entries):
        yield from problems(shape.member, entry, f"{path}[{index}]")


def _map(shape: Any, value: Any, path: str) -> Iterator[Problem]:
    if not isinstance(value, Mapping):
        yield _type(path, "a map", value)
        return
    entries = cast(Mapping[str, Any], value)
    yield from _range(shape, len(entries), path, "entries")
    for key, entry in entries.items():
        yield from problems(shape.key, key, _join(path, key))
        yield from problems(shape.value, entry, _join(path, key))


def _string(shape: Any, value: Any, path: str) -> Iterator[Problem]:
    if isinstance(value, bytes) and path.endswith("UserData"):
        return  # boto3 itself turns these into text, in base64
    if not isinstance(value, str):
        yield _type(path, "a text", value)
        return
    known = shape.metadata.get("enum")
    if known and value not in known:
        yield Problem(
            path=path, reason=f"{shown(shape, value, path)} is not one of {', '.join(known)}"
        )
        return
    yield from _range(shape, len(value), path, "characters")
    pattern = shape.metadata.get("pattern")
    matches = _matcher(pattern) if pattern else None
    if matches and not matches(value):
        yield Problem(path=path, reason=f"{shown(shape, value, path)} does not match {pattern}")


def _number(shape: Any, value: Any, path: str) -> Iterator[Problem]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield _type(path, "a number", value)
    elif shape.type_name in {"integer", "long"} and value != int(value):
        yield _type(path, "a whole number", value)
    else:
        yield from _range(shape, value, path, "")


def _boolean(shape: Any, value: Any, path: str) -> Iterator[Problem]:
    del shape
    if not isinstance(value, bool):
        yield _type(path, "true or false", value)


def _timestamp(shape: Any, value: Any, path: str) -> Iterator[Problem]:
    del shape
    if not isinstance(value, str | int | float | datetime):
        yield _type(path, "a time", value)


def _range(shape: Any, size: float, path: str, unit: str) -> Iterator[Problem]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    has = f"has {size} {unit}" if unit else f"is {size}"
    if least is not None and size < least:
        yield Problem(path=path, reason=f"{has}, at least {least}")
    if most is not None and size > most:
        yield Problem(path=path, reason=f"{has}, at most {most}")


def shown(shape: Any, value: str, path: str) -> str:
    """The value as an error may name it: what may be a secret is never repeated."""
    secret = shape.metadata.get("sensitive") or SECRET.search(path)
    return "the value" if secret or len(value) > LONGEST_SHOWN else repr(value)


@cache
def _matcher(pattern: str) -> Callable[[str], Any] | None:
    """Patterns are Java's and count for the whole text; what Python cannot read passes."""
    try:
        return re.compile(pattern, re.DOTALL).fullmatch
    except (re.error, OverflowError):
        return None


def _type(path: str, wanted: str, value: Any) -> Problem:
    return Problem(path=path, reason=f"is {type(value).__name__}, not {wanted}")


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


JUDGES: Mapping[str, Callable[[Any, Any, str], Iterator[Problem]]] = {
    "structure": _structure,
    "list": _list,
    "map": _map,
    "string": _string,
    "integer": _number,
    "long": _number,
    "float": _number,
    "double": _number,
    "boolean": _boolean,
    "timestamp": _timestamp,
}
