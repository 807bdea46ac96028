"""What a resource answers while its program is recorded: a marked reference for every output."""

import keyword
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, Union, get_args, get_origin

from pulumi import _types  # pyright: ignore[reportPrivateUsage]

from tricenter.generate.graph import ARCHIVE, ASSET, reference

ELEMENTS = 2
"""Elements of a list that only a deployment knows: two, so that the whole of it can be told from
its first one."""
DEEPEST = 4
"""Levels of nested outputs; a program that reads deeper than this is not met in practice."""


def answer(owner: str, resource_class: type | None, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The outputs of a resource of a class: references for texts, the inputs for the rest.

    A text that is an input is a reference as well, so that who reads it depends on the resource.
    """
    state = {name: value for name, value in inputs.items() if not _is_asset(value)}
    if resource_class is None:
        return state
    for name, kind in _types.resource_types(resource_class).items():
        found = _marked(owner, (name,), kind, DEEPEST)
        if found is not None:
            state[name] = found
    return state


def class_of(type_token: str) -> type | None:
    """The SDK's class of a resource type, None for one that no SDK here has."""
    package = type_token.partition(":")[0]
    if type_token.startswith("pulumi:providers:"):
        package = type_token.rpartition(":")[2]
    try:
        sdk = import_module(f"pulumi_{package}")
    except ImportError:
        return None
    if type_token.startswith("pulumi:providers:"):
        return getattr(sdk, "Provider", None)
    module, name = type_token.split(":")[1:]
    folder = python_name(module.split("/")[0])
    holder = sdk if folder == "index" else import_module(f"{sdk.__name__}.{folder}")
    return getattr(holder, name, None)


def _is_asset(value: Any) -> bool:
    return isinstance(value, Mapping) and (ASSET in value or ARCHIVE in value)


def python_name(name: str) -> str:
    """A module's name as the SDK has it: `lambda_`, since `lambda` is a word of the language."""
    return f"{name}_" if keyword.iskeyword(name) else name


def _marked(owner: str, path: tuple[str | int, ...], kind: Any, depth: int) -> Any:
    kind = _plain(kind)
    if kind is str:
        return reference(owner, path)
    if depth == 0:
        return None
    origin = get_origin(kind)
    if origin is not None and issubclass(origin, Sequence):
        made = [
            _marked(owner, (*path, index), get_args(kind)[0], depth - 1)
            for index in range(ELEMENTS)
        ]
        return None if None in made else made
    if _types.is_output_type(kind):
        names = _types.output_type_types(kind)
        made = {
            name: _marked(owner, (*path, name), inner, depth - 1) for name, inner in names.items()
        }
        return {name: value for name, value in made.items() if value is not None}
    return None


def _plain(kind: Any) -> Any:
    """The type without None and Output around it."""
    if get_origin(kind) is Union:
        kinds = [one for one in get_args(kind) if one is not type(None)]
        return _plain(kinds[0]) if kinds else kind
    return kind
