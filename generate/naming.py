"""Names in generated code: of variables, of the SDK's classes, and of their arguments."""

import keyword
import re
from collections.abc import Mapping
from typing import Any, Union, get_args, get_origin

from pulumi import _types  # pyright: ignore[reportPrivateUsage]

from tricenter.generate.outputs import class_of, python_name


def variable(name: str) -> str:
    """A Python name made of a resource's name."""
    made = re.sub(r"\W+", "_", name).strip("_").lower()
    return f"{made}_" if keyword.iskeyword(made) or made[:1].isdigit() else made


def class_expression(type_token: str) -> str:
    """The SDK's class as generated code writes it: `aws.rds.Cluster`."""
    if type_token.startswith("pulumi:providers:"):
        return f"{type_token.rpartition(':')[2]}.Provider"
    package, module, name = type_token.split(":")
    folder = python_name(module.split("/")[0])
    return f"{package}.{name}" if folder == "index" else f"{package}.{folder}.{name}"


def function_expression(token: str) -> str:
    """A look-up's function as generated code writes it: `aws.get_caller_identity_output`."""
    package, module, name = token.split(":")
    folder = python_name(module.split("/")[0])
    prefix = package if folder == "index" else f"{package}.{folder}"
    return f"{prefix}.{snake(name)}_output"


def argument_names(type_token: str) -> Mapping[str, tuple[str, Any]]:
    """The Python name and type of each argument of a resource, by the engine's name."""
    found = class_of(type_token)
    if found is None:
        raise LookupError(type_token)
    module = __import__(found.__module__, fromlist=["_"])
    arguments = getattr(module, f"{found.__name__}Args")
    return names_in(arguments)


def names_in(arguments: type) -> Mapping[str, tuple[str, Any]]:
    """The Python name and type of each member of a class of arguments, by the engine's name."""
    kinds = _types.input_type_types(arguments)
    names = _types.input_type_py_to_pulumi_names(arguments)
    return {pulumi: (python, kinds.get(pulumi)) for python, pulumi in names.items()}


def nested(kind: Any) -> type | None:
    """The class of arguments inside a type, without the wrappings around it."""
    if kind is None:
        return None
    if get_origin(kind) is Union:
        inner = (nested(one) for one in get_args(kind))
        return next((one for one in inner if one is not None), None)
    if isinstance(kind, type) and _types.is_input_type(kind):
        return kind
    return None


def element(kind: Any) -> Any:
    """The type of a list's elements or a mapping's values, None where it is neither."""
    origin = get_origin(kind)
    if origin is Union:
        found = (element(one) for one in get_args(kind))
        return next((one for one in found if one is not None), None)
    arguments = get_args(kind)
    return arguments[-1] if origin is not None and arguments else None


def output_name(type_token: str, name: str) -> str:
    """The attribute of a resource that holds an output, by the engine's name."""
    found = class_of(type_token)
    names = _types.resource_pulumi_to_py_names(found) if found is not None else {}
    return names.get(name, snake(name))


def snake(name: str) -> str:
    """camelCase as Python writes it."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
