"""Google's discovery documents as a judge of requests: verb, host, path, parameters, body."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest


@cache
def document(service: str, version: str = "v1") -> dict[str, Any]:
    """A service's document of a version; the test is skipped where there are none."""
    found = pytest.importorskip("googleapiclient")
    folder = Path(found.__file__).parent / "discovery_cache/documents"
    return json.loads((folder / f"{service}.{version}.json").read_text(encoding="utf-8"))


def methods(resource: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Every method of a document, or of a resource in it."""
    yield from resource.get("methods", {}).values()
    for one in resource.get("resources", {}).values():
        yield from methods(one)


def method_of(known: Mapping[str, Any], verb: str, url: str) -> dict[str, Any] | None:
    """The method that a request is, by verb, host and path; None for none."""
    parts = urlsplit(url)
    hosts = {urlsplit(known["rootUrl"]).hostname}
    hosts |= {urlsplit(one["endpointUrl"]).hostname for one in known.get("endpoints", ())}
    if parts.hostname not in hosts:
        return None
    for method in methods(known):
        pattern = re.sub(r"\{\+[^}]+\}", ".+", method.get("flatPath", method["path"]))
        pattern = re.sub(r"\{[^}]+\}", "[^/:]+", pattern)
        if method["httpMethod"] == verb and re.fullmatch("/" + pattern, parts.path):
            return method
    return None


def misfits(known: Mapping[str, Any], schema: str | None, body: Any) -> Iterator[str]:
    """Fields of a body that its schema does not have, or has otherwise."""
    if not body:
        return
    if schema is None:
        yield f"a body where none is taken: {body}"
        return
    properties = known["schemas"][schema]["properties"]
    for name, value in body.items():
        if name not in properties:
            yield f"{schema} has no {name}"
        elif isinstance(value, dict) and "$ref" in properties[name]:
            yield from misfits(known, properties[name]["$ref"], value)
        elif "enum" in properties[name] and value not in properties[name]["enum"]:
            yield f"{schema}.{name} is never {value}"
