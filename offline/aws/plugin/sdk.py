"""What the installed SDK (pulumi_aws) says about a resource: arguments, types and outputs."""

import inspect
import typing
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import Enum
from functools import cache
from importlib import import_module
from threading import RLock
from typing import Any, cast

from pulumi import _types as pulumi_types  # pyright: ignore[reportPrivateUsage] - no other door

from tricenter.offline.aws.model import Unknown

Types = Mapping[str, Any]
"""Types by camelCase name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A property that cannot be used, and why; `path` is camelCase, as the engine writes it."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sdk:
    """One resource class of the SDK."""

    token: str
    arguments: Types
    required: frozenset[str]
    outputs: Types
    python: Mapping[str, str] = field(repr=False)
    """Python's name of each argument."""


def token_of(name: str) -> str:
    """The type token of a class of the SDK: `rds.Cluster` -> `aws:rds/cluster:Cluster`."""
    module, _, kind = name.partition(".")
    return f"aws:{module.rstrip('_')}/{kind[0].lower()}{kind[1:]}:{kind}"


def sdk_of(name: str) -> Sdk:
    """What the SDK says about a class, for example `rds.Cluster`."""
    # The SDK imports its parts when they are first asked for: two threads must not do that.
    with _IMPORTING:
        return _read(name)


_IMPORTING = RLock()


@cache
def _read(name: str) -> Sdk:
    module, _, kind = name.partition(".")
    resource = getattr(import_module(f"pulumi_aws.{module}"), kind)
    overloads = [
        cast(Any, found).__annotations__ for found in typing.get_overloads(resource.__init__)
    ]
    arguments = next(found["args"] for found in overloads if "args" in found)
    if typing.get_origin(arguments) is not None:
        arguments = next(
            a for a in typing.get_args(arguments) if inspect.isclass(a) and a is not type(None)
        )
    return Sdk(
        token=token_of(name),
        arguments=pulumi_types.input_type_types(arguments),
        required=_required(arguments),
        outputs=pulumi_types.resource_types(resource),
        python=_python_names(arguments),
    )


def _python_names(arguments: Any) -> Mapping[str, str]:
    names = pulumi_types.input_type_py_to_pulumi_names(arguments)
    return {camel: python for python, camel in names.items()}


def _required(arguments: Any) -> frozenset[str]:
    names = pulumi_types.input_type_py_to_pulumi_names(arguments)
    parameters = inspect.signature(arguments.__init__).parameters.values()
    return frozenset(
        names[parameter.name]
        for parameter in parameters
        if parameter.name in names and parameter.default is inspect.Parameter.empty
    )


def failures(sdk: Sdk, given: Mapping[str, Any]) -> Iterator[Failure]:
    """Names the SDK does not have, values of another type, and what is missing."""
    yield from _object(sdk.arguments, sdk.required, given, "")


def _object(
    types: Types, required: frozenset[str], given: Mapping[str, Any], path: str
) -> Iterator[Failure]:
    for name in sorted(required - given.keys()):
        yield Failure(path=_join(path, name), reason="is required")
    for name, value in given.items():
        if name.startswith("__"):
            continue
        if name not in types:
            close = get_close_matches(name, types, n=1)
            hint = f" (did you mean '{close[0]}'?)" if close else ""
            yield Failure(path=_join(path, name), reason=f"is not an argument of the SDK{hint}")
        else:
            yield from _typed(types[name], value, _join(path, name))


def _typed(wanted: Any, value: Any, path: str) -> Iterator[Failure]:
    if isinstance(value, Unknown) or value is None:
        return
    options = list(_options(wanted))
    if not options or Any in options:
        return
    wrong: list[Failure] = []
    for option in options:
        found = list(_judge(option, value, path))
        if not found:
            return
        wrong = wrong or found
    yield from wrong


def _judge(option: Any, value: Any, path: str) -> Iterator[Failure]:
    origin = typing.get_origin(option)
    if inspect.isclass(option) and pulumi_types.is_input_type(option):
        if isinstance(value, Mapping):
            entries = cast(Mapping[str, Any], value)
            types = pulumi_types.input_type_types(option)
            yield from _object(types, _required(option), entries, path)
        else:
            yield _wrong(path, "an object", value)
    elif origin is not None and issubclass(origin, Mapping):
        if isinstance(value, Mapping):
            inner = typing.get_args(option)[1]
            for key, entry in cast(Mapping[str, Any], value).items():
                yield from _typed(inner, entry, _join(path, key))
        else:
            yield _wrong(path, "a map", value)
    elif origin is not None and issubclass(origin, Sequence):
        if isinstance(value, list):
            inner = typing.get_args(option)[0]
            for index, entry in enumerate(cast(list[Any], value)):
                yield from _typed(inner, entry, f"{path}[{index}]")
        else:
            yield _wrong(path, "a list", value)
    else:
        yield from _scalar(option, value, path)


def _scalar(option: Any, value: Any, path: str) -> Iterator[Failure]:
    if option is str or (inspect.isclass(option) and issubclass(option, Enum)):
        right, wanted = isinstance(value, str), "a text"
    elif option is bool:
        right, wanted = isinstance(value, bool), "true or false"
    elif option is int:
        right, wanted = isinstance(value, int) and not isinstance(value, bool), "a whole number"
    elif option is float:
        right, wanted = isinstance(value, int | float) and not isinstance(value, bool), "a number"
    else:
        # Assets, archives and the like: the engine has its own types for them.
        right, wanted = True, ""
    if not right:
        yield _wrong(path, wanted, value)


def _options(wanted: Any) -> Iterator[Any]:
    """The plain types that a type of the SDK allows: no None, awaitable or output."""
    if isinstance(wanted, typing.ForwardRef | str):
        yield Any
    elif typing.get_origin(wanted) is typing.Union:
        for option in typing.get_args(wanted):
            name = getattr(typing.get_origin(option) or option, "__name__", "")
            if option is not type(None) and name not in {"Awaitable", "Output"}:
                yield from _options(option)
    else:
        yield wanted


def _wrong(path: str, wanted: str, value: Any) -> Failure:
    return Failure(path=path, reason=f"is {type(value).__name__}, not {wanted}")


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
