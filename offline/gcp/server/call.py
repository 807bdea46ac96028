"""One request as a service sees it, and what a service says about its kinds of resources."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import cast

from tricenter.offline.gcp.server.documents import Document, Method
from tricenter.offline.gcp.server.refusal import Json
from tricenter.offline.gcp.server.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request that its document knows; `path` is the resource's, without version and verb."""

    service: "Service"
    document: Document
    method: Method
    path: str
    params: Mapping[str, str]
    query: Mapping[str, str]
    body: Json
    media: bytes = b""
    store: Store
    now: str
    base: str

    @property
    def project(self) -> str:
        """The project that the path or the query names."""
        words = self.path.split("/")
        if words[0] == "projects" and len(words) > 1:
            return words[1].partition(":")[0]
        return self.query.get("project", self.params.get("project", "_"))

    @property
    def name(self) -> str:
        """The last word of the path."""
        return self.path.rpartition("/")[2]

    def find(self, path: str) -> Json | None:
        """A resource of the same service, or None."""
        return self.store.find(self.service.name, path)

    def get(self, path: str) -> Json:
        """A resource of the same service. Raises Refused (404)."""
        return self.store.get(self.service.name, path)

    def put(self, path: str, body: Json) -> None:
        """Keeps a resource of the same service."""
        self.store.put(self.service.name, path, body)

    def drop(self, path: str) -> None:
        """Removes a resource of the same service with all below it."""
        self.store.drop(self.service.name, path)


Made = Callable[[Call, str, Json], None]
"""Completes a new resource (call, path, body) as the service would, or refuses it."""
Changed = Callable[[Call, Json, Json], None]
"""Completes a changed resource (call, before, after), or refuses the change."""
Removed = Callable[[Call, str, Json], None]
"""Refuses a removal (call, path, resource), or removes what goes with it."""
Handler = Callable[[Call], Json]
"""Answers a method in place of the general way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What one kind of resource asks for beyond its schema.

    `needed` are required fields, `links` fields that name other resources, both as dotted paths;
    `defaults` is what the service fills in.
    """

    needed: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    defaults: Json = field(default_factory=dict[str, object])
    made: Made | None = None
    changed: Changed | None = None
    removed: Removed | None = None


PLAIN = Kind()


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A module of `services/`: the host it answers for, its kinds by collection, its handlers."""

    host: str
    name: str
    kinds: Mapping[str, Kind]
    handlers: Mapping[str, Handler]

    @classmethod
    def of(cls, module: ModuleType) -> "Service":
        """The service that a module declares by HOST, DOCUMENT, KINDS and HANDLERS."""
        return cls(
            host=module.HOST,
            name=module.DOCUMENT,
            kinds=cast("Mapping[str, Kind]", module.KINDS),
            handlers=cast("Mapping[str, Handler]", module.HANDLERS),
        )

    def kind(self, path: str) -> Kind:
        """What is special to the resource at `path`, by the collection that it is in."""
        words = path.split("/")
        return self.kinds.get(words[-2], PLAIN) if len(words) > 1 else PLAIN


def digest(*parts: object) -> str:
    """Hexadecimal digits that stay the same for the same parts."""
    text = "\0".join(map(str, parts))
    return hashlib.sha256(text.encode()).hexdigest()


def project_number(project: str) -> str:
    """The number that the emulated cloud gives a project, 12 digits."""
    return (
        project if project.isdigit() else str(10**11 + int(digest(project)[:12], 16) % (9 * 10**11))
    )
