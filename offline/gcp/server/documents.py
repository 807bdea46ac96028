"""Google's discovery documents: which methods a service has, and the schemas of what they carry."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote

from tricenter.offline.gcp.server.refusal import Json
from tricenter.topology.errors import TricenterError

VERSION = re.compile(r"(?:^|/)(v\d+(?:(?:alpha|beta)\d*)?|alpha|beta)(?=/|$)")


class DocumentsMissing(TricenterError):
    """The discovery documents are not installed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One method of a service; `id` is the document's, `action` its last word.

    `whole_names`: resources are called by their whole path, as in Google's younger services.
    """

    id: str
    verb: str
    path: re.Pattern[str]
    names: tuple[str, ...]
    whole_names: bool
    query: Mapping[str, Json]
    request: str | None
    response: str | None

    @property
    def action(self) -> str:
        """The method's own name: insert, get, setIamPolicy."""
        return self.id.rpartition(".")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One version of a service's interface."""

    name: str
    version: str
    schemas: Mapping[str, Json]
    methods: Mapping[tuple[str, int], tuple[Method, ...]]

    def route(self, verb: str, path: str) -> tuple[Method, dict[str, str]] | None:
        """The method that a request asks for, with the parameters of its path."""
        for method in self.methods.get((verb, path.count("/")), ()):
            if found := method.path.fullmatch(path):
                values = (unquote(value) for value in found.groups())
                return method, dict(zip(method.names, values, strict=True))
        return None


def folder() -> Path:
    """Where google-api-python-client keeps the documents.

    Raises DocumentsMissing where it is not installed.
    """
    found = find_spec("googleapiclient")
    for place in (found.submodule_search_locations or ()) if found else ():
        return Path(place) / "discovery_cache" / "documents"
    raise DocumentsMissing(
        "google-api-python-client is not installed; the emulated Google Cloud reads its discovery"
        " documents: run `make clouds`"
    )


@lru_cache(maxsize=64)
def load(name: str, version: str) -> Document | None:
    """A service's document, or None where Google has no such version."""
    path = folder() / f"{name}.{version}.json"
    if not path.is_file():
        return None
    raw: Json = json.loads(path.read_text(encoding="utf-8"))
    prefix = raw["servicePath"]
    grouped: dict[tuple[str, int], list[Method]] = {}
    for slashes, method in _methods(raw, prefix):
        grouped.setdefault((method.verb, slashes), []).append(method)
    ordered = {key: tuple(sorted(group, key=_breadth)) for key, group in grouped.items()}
    return Document(name=name, version=version, schemas=raw["schemas"], methods=ordered)


def _methods(node: Json, prefix: str) -> Iterator[tuple[int, Method]]:
    for raw in node.get("methods", {}).values():
        template = prefix + raw.get("flatPath", raw["path"])
        names = tuple(re.findall(r"\{\+?(\w+)\}", template))
        method = Method(
            id=raw["id"],
            verb=raw["httpMethod"],
            path=_pattern(template),
            names=names,
            whole_names="{+" in raw["path"],
            query={
                name: value
                for name, value in raw.get("parameters", {}).items()
                if value["location"] == "query"
            },
            request=raw.get("request", {}).get("$ref"),
            response=raw.get("response", {}).get("$ref"),
        )
        yield template.count("/"), method
    for child in node.get("resources", {}).values():
        yield from _methods(child, prefix)


def _pattern(template: str) -> re.Pattern[str]:
    """A parameter is one segment of the path; a verb stands after a colon."""
    pieces = re.split(r"(\{\+?\w+\})", template)
    made = ["([^/]+)" if piece.startswith("{") else re.escape(piece) for piece in pieces]
    return re.compile("".join(made))


def _breadth(method: Method) -> tuple[bool, int]:
    """The narrower pattern is tried first: verbs, then more literal text."""
    return (":" not in method.path.pattern, -len(method.path.pattern))
