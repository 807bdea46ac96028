"""From an HTTP request to the service and method that answer it."""

import importlib
import pkgutil
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import parse_qsl, unquote

from tricenter.offline.gcp.server import links, policy, resources, services
from tricenter.offline.gcp.server.call import Call, Service
from tricenter.offline.gcp.server.documents import VERSION, Document, load
from tricenter.offline.gcp.server.fields import camel
from tricenter.offline.gcp.server.refusal import Json, Refused
from tricenter.offline.gcp.server.schema import checked
from tricenter.offline.gcp.server.store import Store

# Google's generated Go clients drop the first word of a custom endpoint's path for these.
BARE = {
    "dns": "dns.googleapis.com",
    "sql": "sqladmin.googleapis.com",
    "compute": "compute.googleapis.com",
    "storage": "storage.googleapis.com",
    "upload": "storage.googleapis.com",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """An HTTP request: verb, path with query, and the body as JSON or as it came."""

    verb: str
    target: str
    body: Json
    media: bytes = b""


@lru_cache(maxsize=1)
def find_services() -> dict[str, Service]:
    """Every service by its host, from the modules of `services/`."""
    found: dict[str, Service] = {}
    for module in pkgutil.iter_modules(services.__path__):
        loaded = importlib.import_module(f"{services.__name__}.{module.name}")
        if hasattr(loaded, "HOST"):
            found[loaded.HOST] = Service.of(loaded)
    return found


def answer(store: Store, request: Request) -> Json:
    """What the emulated cloud answers. Raises Refused."""
    known = find_services()
    raw, _, query = request.target.partition("?")
    service, rest = _service(known, raw.strip("/"))
    document, version_end = _document(service, rest)
    found = document.route(request.verb, rest)
    if not found:
        raise Refused(404, f"{service.host} has no method {request.verb} /{rest}")
    method, params = found
    body = request.body
    if method.request and not request.media:
        body = checked(document.schemas, method.request, body, patch=request.verb == "PATCH")
    path = _resource(rest[version_end:].lstrip("/"), method.path.pattern)
    call = Call(
        service=service,
        document=document,
        method=method,
        path=links.normal(path, store),
        params=params,
        query={camel(name): item for name, item in parse_qsl(query, keep_blank_values=True)},
        body=body,
        media=request.media,
        store=store,
        now=now(),
        base=_base(service, rest[:version_end]),
    )
    with store.change():
        links.learn(call)
        if handler := service.handlers.get(method.id):
            return handler(call)
        if rights := policy.ACTIONS.get(method.action):
            return rights(call)
        general = resources.ACTIONS.get(method.action)
        return general(call, known) if general else resources.action_of(call)


def now() -> str:
    """The time as Google writes it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _service(known: dict[str, Service], raw: str) -> tuple[Service, str]:
    first, _, rest = raw.partition("/")
    host = first if "." in first else BARE.get(first, first)
    if host not in known:
        raise Refused(501, f"{host} is not part of tricenter's emulated Google Cloud")
    return known[host], (rest if "." in first else raw).removeprefix("upload/")


def _document(service: Service, rest: str) -> tuple[Document, int]:
    version = VERSION.search(rest)
    document = load(service.name, version[1]) if version else None
    if not version or not document:
        raise Refused(404, f"{service.host} has no version of its interface at /{rest}")
    return document, version.end()


def _resource(path: str, pattern: str) -> str:
    """The resource's path: without the verb, which only patterns with a colon have."""
    stem = path.rpartition(":")[0] if ":" in pattern.rpartition("/")[2] else path
    return "/".join(unquote(word) for word in stem.split("/"))


def _base(service: Service, prefix: str) -> str:
    """Links look as Google's do: they name the real host, not this machine."""
    host = "www.googleapis.com" if service.name in {"compute", "storage"} else service.host
    return f"https://{host}/{prefix}"
