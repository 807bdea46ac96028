"""Google's documented grammar of Workflows, as a judge of ours: structure, names, jumps, limits.

Written from the reference, by nothing of the generator's. Checked 2026-11-30:
https://docs.cloud.google.com/workflows/docs/reference/syntax and its pages on steps, switch, for,
try and retry, raise, subworkflows and expressions; https://docs.cloud.google.com/workflows/quotas;
https://docs.cloud.google.com/workflows/docs/reference/stdlib/overview
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator

NAME = r"^[A-Za-z_][A-Za-z0-9_]*$"
STEP_KEYS = ("assign", "call", "args", "result", "for", "parallel", "raise", "return", "next",
             "steps", "switch", "try", "retry", "except")  # fmt: skip
STEP: dict[str, Any] = {
    "type": "object",
    "minProperties": 1,
    "additionalProperties": False,
    "properties": {
        "assign": {
            "type": "array",
            "minItems": 1,
            "maxItems": 50,
            "items": {"type": "object", "minProperties": 1, "maxProperties": 1},
        },
        "call": {"type": "string"},
        "args": {"type": "object"},
        "result": {"type": "string", "pattern": NAME},
        "for": {
            "type": "object",
            "additionalProperties": False,
            "required": ["value", "steps"],
            "properties": {
                "value": {"type": "string", "pattern": NAME},
                "index": {"type": "string", "pattern": NAME},
                "in": {"type": ["string", "array"]},
                "range": {"type": ["string", "array"]},
                "steps": {"$ref": "#/$defs/steps"},
            },
            "oneOf": [{"required": ["in"]}, {"required": ["range"]}],
        },
        "raise": {"type": ["string", "object"]},
        "return": {},
        "next": {"type": "string"},
        "steps": {"$ref": "#/$defs/steps"},
        "switch": {
            "type": "array",
            "minItems": 1,
            "maxItems": 50,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["condition"],
                "properties": {
                    "condition": {"type": ["string", "boolean"]},
                    **{key: {} for key in ("return",)},
                    "next": {"type": "string"},
                    "raise": {"type": ["string", "object"]},
                    "assign": {"$ref": "#/$defs/step/properties/assign"},
                    "call": {"type": "string"},
                    "args": {"type": "object"},
                    "result": {"type": "string", "pattern": NAME},
                    "steps": {"$ref": "#/$defs/steps"},
                },
                "minProperties": 2,
            },
        },
        "try": {"$ref": "#/$defs/step"},
        "retry": {
            "anyOf": [
                {"enum": ["${http.default_retry}", "${http.default_retry_non_idempotent}"]},
                {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["predicate", "max_retries", "backoff"],
                    "properties": {
                        "predicate": {"type": "string"},
                        "max_retries": {"type": ["integer", "string"]},
                        "backoff": {
                            "type": "object",
                            "additionalProperties": False,
                            "properties": {
                                key: {"type": ["number", "string"]}
                                for key in ("initial_delay", "max_delay", "multiplier")
                            },
                        },
                    },
                },
            ]
        },
        "except": {
            "type": "object",
            "additionalProperties": False,
            "required": ["as"],
            "properties": {
                "as": {"type": "string", "pattern": NAME},
                "steps": {"$ref": "#/$defs/steps"},
                **{key: {} for key in ("raise", "return")},
                "assign": {"$ref": "#/$defs/step/properties/assign"},
                "call": {"type": "string"},
                "args": {"type": "object"},
                "next": {"type": "string"},
                "switch": {"$ref": "#/$defs/step/properties/switch"},
            },
        },
    },
    "dependentRequired": {
        "args": ["call"],
        "result": ["call"],
        "retry": ["try"],
        "except": ["try"],
    },
}
SCHEMA: dict[str, Any] = {
    "$defs": {
        "step": STEP,
        "steps": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "minProperties": 1,
                "maxProperties": 1,
                "propertyNames": {"pattern": NAME},
                "additionalProperties": {"$ref": "#/$defs/step"},
            },
        },
    },
    "type": "object",
    "required": ["main"],
    "propertyNames": {"pattern": NAME},
    "additionalProperties": {
        "type": "object",
        "additionalProperties": False,
        "required": ["steps"],
        "properties": {
            "params": {"type": "array", "items": {"type": ["string", "object"]}},
            "steps": {"$ref": "#/$defs/steps"},
        },
    },
}
RESERVED = {"end", "break", "continue"}
"""What `next` says in place of a step's name."""
CALLS: Mapping[str, tuple[set[str], set[str]]] = {
    **{
        f"http.{verb}": (
            {"url"},
            {"auth", "timeout", "headers", "query", "body", "private_service_name"},
        )
        for verb in ("get", "post", "patch", "put", "delete")
    },
    "sys.log": (set(), {"data", "severity", "json", "text", "timeout"}),
    "sys.sleep": ({"seconds"}, set()),
    "events.create_callback_endpoint": ({"http_callback_method"}, set()),
    "events.await_callback": ({"callback"}, {"timeout"}),
}
"""Calls of the standard library that we use: what they need, and what they may have."""
SEVERITIES = {"DEFAULT", "DEBUG", "INFO", "NOTICE", "WARNING", "ERROR", "CRITICAL", "ALERT",
              "EMERGENCY"}  # fmt: skip
FUNCTIONS = {
    "default", "len", "double", "int", "string", "keys", "if", "get_type", "not", "in", "and", "or",
    "map.get", "map.delete", "map.merge", "list.concat", "list.prepend", "text.split",
    "text.replace_all", "text.to_upper", "text.to_lower", "text.substring", "sys.now",
    "sys.get_env", "time.format", "time.parse", "base64.decode", "base64.encode",
    "json.decode", "json.encode",
}  # fmt: skip
LONGEST_EXPRESSION = 400
LONGEST_SOURCE = 128 * 1024
MOST_STEPS = 100_000
EXPRESSION = re.compile(r"\$\{((?:[^{}\"]|\"(?:[^\"\\]|\\.)*\"|\{[^{}]*\})*)\}", re.DOTALL)
TEXT = re.compile(r"\"(?:[^\"\\]|\\.)*\"")


def faults(document: Any) -> Iterator[str]:
    """What Google would refuse of a document; nothing for one that it takes."""
    for error in Draft202012Validator(SCHEMA).iter_errors(document):
        yield f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"
        return
    for name, workflow in document.items():
        names = list(_names(workflow["steps"]))
        twice = {one for one in names if names.count(one) > 1}
        if twice or RESERVED & set(names):
            yield f"{name}: steps {sorted(twice | RESERVED & set(names))} twice, or reserved"
        yield from _steps(document, name, workflow["steps"], set(names), looping=False)
        yield from _expressions(document, name, workflow)


def _names(steps: list[dict[str, Any]]) -> Iterator[str]:
    """The names of all steps of a subworkflow, which are one space."""
    for entry in steps:
        for name, step in entry.items():
            yield name
            for inner in _inner(step):
                yield from _names(inner)


def _inner(step: Mapping[str, Any]) -> Iterator[list[dict[str, Any]]]:
    if "steps" in step:
        yield step["steps"]
    if "for" in step:
        yield step["for"]["steps"]
    for branch in step.get("switch", ()):
        yield from _inner(branch)
    for part in ("try", "except"):
        if part in step:
            yield from _inner(step[part])


def _steps(
    document: Any, where: str, steps: list[dict[str, Any]], names: set[str], *, looping: bool
) -> Iterator[str]:
    for entry in steps:
        for name, step in entry.items():
            for part in _parts(step):
                target = part.get("next")
                if target and target not in names | {"end"} | (RESERVED if looping else set()):
                    yield f"{where}.{name}: next names no step: {target}"
                if "call" in part:
                    yield from _call(document, f"{where}.{name}", part)
            inside = looping or "for" in step
            for inner in _inner(step):
                yield from _steps(document, where, inner, names, looping=inside)


def _parts(step: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield step
    yield from step.get("switch", ())
    for part in ("try", "except"):
        if part in step:
            yield from _parts(step[part])


def _call(document: Any, where: str, step: Mapping[str, Any]) -> Iterator[str]:
    called, given = step["call"], set(step.get("args", {}))
    if called in CALLS:
        needed, more = CALLS[called]
        if not needed <= given <= needed | more:
            yield f"{where}: {called} takes {sorted(needed | more)}, not {sorted(given)}"
        severity = step.get("args", {}).get("severity", "INFO")
        if severity not in SEVERITIES:
            yield f"{where}: no severity {severity}"
        return
    if called not in document:
        yield f"{where}: calls {called}, which is nothing"
        return
    params = document[called].get("params", [])
    needed = {one for one in params if isinstance(one, str)}
    known = needed | {next(iter(one)) for one in params if isinstance(one, dict)}
    if not needed <= given <= known:
        yield f"{where}: {called} takes {sorted(known)}, not {sorted(given)}"


def _expressions(document: Any, where: str, value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for one in value.values():
            yield from _expressions(document, where, one)
    elif isinstance(value, list):
        for one in value:
            yield from _expressions(document, where, one)
    elif isinstance(value, str) and "${" in value:
        rest = EXPRESSION.sub("", value)
        if "${" in rest:
            yield f"{where}: an expression does not end: {value[:80]}"
        for found in EXPRESSION.findall(value):
            yield from _expression(document, where, found)


def _expression(document: Any, where: str, text: str) -> Iterator[str]:
    if len(text) > LONGEST_EXPRESSION:
        yield f"{where}: an expression of {len(text)} characters: {text[:80]}"
    bare = TEXT.sub('""', text)
    if "'" in bare:
        yield f"{where}: texts stand in double quotes alone: {text[:80]}"
    for name in re.findall(r"([A-Za-z_][\w.]*)\s*\(", bare):
        if name not in FUNCTIONS and name not in document:
            yield f"{where}: no function {name}"
    if bare.count("(") != bare.count(")") or bare.count("[") != bare.count("]"):
        yield f"{where}: brackets do not pair: {text[:80]}"
