"""Request bodies against the schemas of the discovery documents."""

import re
from collections.abc import Mapping
from typing import Any, cast

from tricenter.offline.gcp.server.refusal import Json, Refused, invalid

EMPTY: tuple[object, ...] = ([], {}, "", False, 0)
# The provider makes links of its endpoint; Google's own name Google's hosts.
EMULATED = re.compile(r"http://127\.0\.0\.1:\d+/([a-z]+\.googleapis\.com/)")
WHOLE = re.compile(r"-?\d+")


def checked(schemas: Mapping[str, Json], name: str, body: Json, *, patch: bool = False) -> Json:
    """`body` as the service keeps it: no output-only fields, whole numbers of 64 bits as text.

    Nulls are left out, but for a patch, where they take a field away. Wide numbers may come as
    numbers or as text, as Google's JSON reader takes them
    (https://protobuf.dev/programming-guides/json/, checked 2026-11-24). Raises Refused for an
    unknown field, a wrong type or a value outside an enumeration.
    """
    made = _object(schemas, schemas[name], body, "")
    if patch:
        known = schemas[name].get("properties", {})
        made |= {field: None for field, item in body.items() if item is None and field in known}
    return made


def _object(schemas: Mapping[str, Json], schema: Json, value: Any, path: str) -> Json:
    if not isinstance(value, dict):
        raise _wrong(path, value, "an object")
    known: Json = schema.get("properties", {})
    rest: Json | None = schema.get("additionalProperties")
    kept: Json = {}
    for name, item in cast("Json", value).items():
        place = f"{path}.{name}" if path else name
        rule = known.get(name, rest)
        # The provider sends fields of its own making as long as they are empty; Google takes them.
        if item is None or (rule is None and item in EMPTY):
            continue
        if rule is None:
            raise invalid(
                f"Invalid JSON payload received. Unknown name \"{name}\" at '{path}': "
                "Cannot find field."
            )
        if not rule.get("readOnly"):
            kept[name] = _value(schemas, rule, item, place)
    return kept


def _value(schemas: Mapping[str, Json], rule: Json, value: Any, path: str) -> Any:
    if "$ref" in rule:
        return _object(schemas, schemas[rule["$ref"]], value, path)
    match rule.get("type"):
        case "object":
            return _object(schemas, rule, value, path)
        case "array":
            if not isinstance(value, list):
                raise _wrong(path, value, "a list")
            items = cast("list[Any]", value)
            return [
                _value(schemas, rule["items"], item, f"{path}[{index}]")
                for index, item in enumerate(items)
                if item is not None
            ]
        case "string":
            return _text(rule, value, path)
        case "boolean":
            if not isinstance(value, bool):
                raise _wrong(path, value, "true or false")
        case "integer" | "number":
            return _number(rule, value, path)
        case _:
            pass
    return value


def _text(rule: Json, value: Any, path: str) -> str:
    wide = rule.get("format") in {"int64", "uint64"}
    if wide and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise _wrong(path, value, "a string")
    if wide and not WHOLE.fullmatch(value):
        raise _wrong(path, value, "a whole number in a string")
    known = rule.get("enum")
    # An empty text is the enumeration's unset value, which Google's own clients may send.
    if known and value and value not in known:
        raise invalid(f"Invalid value at '{path}': \"{value}\" is not one of {', '.join(known)}")
    return EMULATED.sub(r"https://\1", value) if value.startswith("http://127.") else value


def _number(rule: Json, value: Any, path: str) -> int | float:
    if isinstance(value, str) and WHOLE.fullmatch(value):
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong(path, value, "a number")
    if rule["type"] == "integer" and value != int(value):
        raise _wrong(path, value, "a whole number")
    return value


def _wrong(path: str, value: object, wanted: str) -> Refused:
    return invalid(f"Invalid value at '{path}': expected {wanted}, got {type(value).__name__}")
