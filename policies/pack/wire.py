"""From the engine's messages to resources: known values, secrets, and what is not known yet."""

from collections.abc import Mapping
from typing import Any

from google.protobuf import struct_pb2
from pulumi_policy.proxy import (
    UNKNOWN_ARCHIVE_VALUE,
    UNKNOWN_ARRAY_VALUE,
    UNKNOWN_ASSET_VALUE,
    UNKNOWN_BOOLEAN_VALUE,
    UNKNOWN_NUMBER_VALUE,
    UNKNOWN_OBJECT_VALUE,
    UNKNOWN_STRING_VALUE,
)

from tricenter.policies.resources.resource import Resource, account_of, default_tags
from tricenter.policies.resources.values import UNKNOWN, Secret

UNKNOWNS = frozenset(
    {
        UNKNOWN_ARCHIVE_VALUE, UNKNOWN_ARRAY_VALUE, UNKNOWN_ASSET_VALUE, UNKNOWN_BOOLEAN_VALUE,
        UNKNOWN_NUMBER_VALUE, UNKNOWN_OBJECT_VALUE, UNKNOWN_STRING_VALUE,
    }
)  # fmt: skip
"""What the engine writes where a preview knows no value."""
SIGNATURE = "4dabf18193072939515e22adb298388d"
"""The key of a mapping that stands for something that JSON has not; the SDK's SPECIAL_SIG_KEY."""
SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - the SDK's mark of a secret
OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
"""The SDK's mark of an output: its value, whether it is a secret, what it comes of."""
INTERNAL = ("__defaults", "__provider", "__internal", "__meta")
"""What providers note for themselves."""


def opened(properties: struct_pb2.Struct) -> dict[str, Any]:
    """The properties of a message; assets are None, since no rule reads files."""
    fields = properties.fields
    return {key: _value(fields[key]) for key in fields if key not in INTERNAL}


def _value(value: struct_pb2.Value) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        return UNKNOWN if value.string_value in UNKNOWNS else value.string_value
    if kind == "number_value":
        return value.number_value
    if kind == "bool_value":
        return value.bool_value
    if kind == "list_value":
        return [_value(item) for item in value.list_value.values]
    if kind == "struct_value":
        return _mapping(value.struct_value)
    return None


def _mapping(value: struct_pb2.Struct) -> Any:
    fields = value.fields
    if SIGNATURE not in fields:
        return {key: _value(fields[key]) for key in fields if key not in INTERNAL}
    mark = fields[SIGNATURE].string_value
    if mark == SECRET:
        return Secret(_value(fields["value"]))
    if mark == OUTPUT:
        inner = _value(fields["value"]) if "value" in fields else UNKNOWN
        return Secret(inner) if fields["secret"].bool_value else inner
    return None


def resource_of(request: Any) -> Resource:
    """The resource of a request: one of `Analyze`, or one of the stack in `AnalyzeStack`."""
    provider = opened(request.provider.properties) if request.HasField("provider") else {}
    whole = hasattr(request, "propertyDependencies")
    uses: Mapping[str, tuple[str, ...]] = (
        {key: tuple(of.urns) for key, of in request.propertyDependencies.items()} if whole else {}
    )
    return Resource(
        urn=request.urn,
        type=request.type,
        name=request.name,
        props=opened(request.properties),
        parent=(request.parent if whole else request.options.parent) or "",
        uses=uses,
        protect=request.options.protect,
        region=provider.get("region"),
        default_tags=default_tags(provider.get("defaultTags")),
        account=account_of(provider),
    )
