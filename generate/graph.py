"""The resource graph of a program: what it asked the engine for, as plain data."""

import hashlib
import json
import re
from dataclasses import asdict, dataclass, fields
from typing import Any

ASSET, ARCHIVE, FILE = "$asset", "$archive", "$file"
"""Keys of a mapping that stands for an asset by its text (and the name of its file, if it has one),
or for an archive of assets."""
JSON = "json"
"""In a path: what follows is a key of the JSON object that the output's text is."""
OPEN, CLOSE = "~<", ">~"
"""A reference to a value that only a deployment knows stands between these in a text."""
HIDDEN = "(a secret, not recorded)"
"""Stands for a secret's value, and in no text of ours by chance."""
MARK = re.compile(re.escape(OPEN) + r"(.+?)\|(.*?)" + re.escape(CLOSE))
"""A reference: the id of its owner, and the path of the value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """A resource's options, as the engine was told them; `after` and the like are resource ids."""

    parent: str
    provider: str = ""
    after: tuple[str, ...] = ()
    deleted_with: str = ""
    protect: bool = False
    retain_on_delete: bool = False
    delete_before_replace: bool = False
    ignore_changes: tuple[str, ...] = ()
    replace_on_changes: tuple[str, ...] = ()
    additional_secrets: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    timeouts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One resource: `inputs` are in the engine's names; references in them are marked texts."""

    type: str
    name: str
    custom: bool
    inputs: dict[str, Any]
    secrets: tuple[str, ...]
    """Inputs that the engine was told are secret; their values are never kept."""
    shapes: dict[str, list[str]]
    """The keys of secrets that are JSON objects, by input."""
    options: Options

    @property
    def id(self) -> str:
        """What names it in references: type and name."""
        return resource_id(self.type, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """A function of a provider that the program called; its arguments are plain data."""

    token: str
    arguments: dict[str, Any]
    provider: str = ""

    @property
    def id(self) -> str:
        """What names it in references: by what is asked, since calls may come in any order."""
        asked = json.dumps([self.token, self.arguments, self.provider], sort_keys=True)
        return f"lookup::{hashlib.sha256(asked.encode()).hexdigest()[:8]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """Everything a program registers, each after what it needs, with the stack's outputs."""

    resources: tuple[Resource, ...]
    lookups: tuple[Lookup, ...]
    outputs: dict[str, Any]

    def as_data(self) -> dict[str, Any]:
        """The graph as JSON holds it."""
        return asdict(self)


def resource_id(type_token: str, name: str) -> str:
    """The id by which references name a resource."""
    return f"{type_token}::{name}"


def reference(owner: str, path: tuple[str | int, ...]) -> str:
    """The marked text that stands for a value of a resource or look-up."""
    return f"{OPEN}{owner}|{'.'.join(map(str, path))}{CLOSE}"


def read_graph(data: dict[str, Any]) -> Graph:
    """A graph from what `as_data` made of it."""
    return Graph(
        resources=tuple(
            Resource(
                type=entry["type"],
                name=entry["name"],
                custom=entry["custom"],
                inputs=entry["inputs"],
                secrets=tuple(entry["secrets"]),
                shapes=entry["shapes"],
                options=_options(entry["options"]),
            )
            for entry in data["resources"]
        ),
        lookups=tuple(Lookup(**entry) for entry in data["lookups"]),
        outputs=data["outputs"],
    )


def _options(data: dict[str, Any]) -> Options:
    lists = {field.name for field in fields(Options) if str(field.type).startswith("tuple")}
    read: dict[str, Any] = {
        key: tuple(value) if key in lists else value for key, value in data.items()
    }
    read["timeouts"] = tuple((name, value) for name, value in data["timeouts"])
    return Options(**read)
