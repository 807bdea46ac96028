"""Recording: run a Pulumi program against a monitor that keeps what it asks for, and no engine.

`python -m tricenter.generate.record` reads a request (JSON) from standard input and prints the
graph. It is a process of its own, since Pulumi's runtime is one for a process.
"""

import asyncio
import gc
import json
import os
import runpy
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

import pulumi
from pulumi.runtime import get_root_resource, mocks, rpc
from pulumi.runtime.proto import provider_pb2, resource_pb2
from pulumi.runtime.stack import run_pulumi_func

from tricenter.generate.graph import (
    ARCHIVE,
    ASSET,
    FILE,
    HIDDEN,
    JSON,
    MARK,
    Graph,
    Lookup,
    Options,
    Resource,
    reference,
    resource_id,
)
from tricenter.generate.outputs import answer, class_of
from tricenter.topology.errors import TricenterError

SECRET = "4dabf18193072939515e22adb298388d"  # noqa: S105 - the SDK's mark of a secret
STACK = "pulumi:pulumi:Stack"
LOGIN = frozenset({"username", "password", "engine", "host", "port", "dbname"})
"""The keys of a secret that holds a login (Secrets Manager's own form, 2026-11-24)."""


class Recorder(mocks.MockMonitor):
    """A monitor that answers with references and remembers every request."""

    def __init__(self) -> None:
        super().__init__(_Nothing())
        self.seen: list[Resource] = []
        self.lookups: list[Lookup] = []
        self.urns: dict[str, str] = {}

    def RegisterResource(self, request: Any) -> Any:
        """Keep the request; answer with a reference for each output."""
        urn = self.make_urn(request.parent, request.type, request.name)
        owner = resource_id(request.type, request.name)
        self.urns[urn] = owner
        response = resource_pb2.RegisterResourceResponse(urn=urn)
        if request.type == STACK:
            return response
        given = rpc.deserialize_properties(request.object, True)
        inputs, secrets = without_secrets(given)
        shapes = {name: keys for name in secrets if (keys := _json_keys(given[name]))}
        self.seen.append(
            Resource(
                type=request.type,
                name=request.name,
                custom=request.custom,
                inputs=inputs,
                secrets=secrets,
                shapes=shapes,
                options=self._options(request),
            )
        )
        if not request.custom:
            return response
        state = answer(owner, class_of(request.type), inputs)
        for name in secrets:
            state[name] = _told(owner, name, shapes.get(name, []), given[name])
        self.resources[urn] = self.ResourceRegistration(urn, reference(owner, ("id",)), state)
        return resource_pb2.RegisterResourceResponse(
            urn=urn, id=reference(owner, ("id",)), object=_proto(state)
        )

    def Invoke(self, request: Any) -> Any:
        """Keep a look-up; answer with references to it."""
        arguments = rpc.deserialize_properties(request.args)
        provider = self._named(request.provider)
        lookup = Lookup(token=request.tok, arguments=arguments, provider=provider)
        if lookup not in self.lookups:
            self.lookups.append(lookup)
        return provider_pb2.InvokeResponse(**{"return": _proto(_looked_up(lookup))})

    def _options(self, request: Any) -> Options:
        timeouts = request.customTimeouts
        stated = {verb: getattr(timeouts, verb) for verb in ("create", "update", "delete")}
        return Options(
            parent=self._named(request.parent),
            provider=self._named(request.provider),
            after=tuple(sorted({self._named(urn) for urn in request.dependencies} - {""})),
            deleted_with=self._named(request.deletedWith),
            protect=request.protect,
            retain_on_delete=request.retainOnDelete,
            delete_before_replace=request.deleteBeforeReplace,
            ignore_changes=tuple(request.ignoreChanges),
            replace_on_changes=tuple(request.replaceOnChanges),
            additional_secrets=tuple(sorted(set(request.additionalSecretOutputs))),
            aliases=tuple(sorted(alias.urn for alias in request.aliases)),
            timeouts=tuple((name, value) for name, value in stated.items() if value),
        )

    def _named(self, urn: str) -> str:
        """The id of the resource with an urn; a provider's reference has its id behind it."""
        parts = urn.split("::")
        return self.urns.get("::".join(parts[:4]), "") if len(parts) >= 4 else ""


class _Nothing(mocks.Mocks):
    """The recorder answers everything itself."""

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        del args
        raise NotImplementedError

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], None]:
        del args
        raise NotImplementedError


def without_secrets(inputs: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The inputs with every secret's value left out, and the names of those that had one."""
    secrets = tuple(sorted(name for name, value in inputs.items() if _has_secret(value)))
    return {name: _open(value) for name, value in inputs.items()}, secrets


def _json_keys(value: Any) -> list[str]:
    """The keys of a secret that is the text of a JSON object; none for another."""
    try:
        found = json.loads(value["value"])
    except (KeyError, TypeError, ValueError):
        return []
    return sorted(cast(dict[str, Any], found)) if isinstance(found, dict) else []


def _told(owner: str, name: str, keys: list[str], value: Any) -> Any:
    """What the program is told of a secret that it gave.

    Of a login's JSON, references: code can name its parts. Of any other the value, as a secret:
    what the program makes of it is a secret too, and its value is not kept either.
    """
    if keys and LOGIN.issuperset(keys):
        return json.dumps({key: reference(owner, (name, JSON, key)) for key in keys})
    if isinstance(value, Mapping) and SECRET in value:
        marked = cast(dict[str, Any], value)
        told: object = marked["value"]
        return told if isinstance(told, str) and MARK.search(told) else marked
    return _open(value)


def _has_secret(value: Any) -> bool:
    if isinstance(value, Mapping):
        marked = cast(Mapping[str, Any], value)
        return SECRET in marked or any(map(_has_secret, marked.values()))
    return isinstance(value, list) and any(map(_has_secret, cast(list[Any], value)))


def _open(value: Any) -> Any:
    """A value without the SDK's wrapping; of a secret only references stay."""
    if isinstance(value, pulumi.StringAsset):
        return {ASSET: value.text}
    if isinstance(value, pulumi.FileAsset):
        file = Path(value.path)
        return {ASSET: file.read_text(encoding="utf-8"), FILE: file.name}
    if isinstance(value, pulumi.AssetArchive):
        return {ARCHIVE: {name: _open(one) for name, one in value.assets.items()}}
    if isinstance(value, Mapping):
        marked = cast(Mapping[str, Any], value)
        if SECRET in marked:
            return _veil(marked.get("value"))
        return {name: _open(inner) for name, inner in marked.items()}
    return [_open(inner) for inner in cast(list[Any], value)] if isinstance(value, list) else value


def _veil(value: Any) -> Any:
    """Only a reference as a whole may be seen: a text around one could be the secret."""
    if isinstance(value, str):
        return value if MARK.fullmatch(value) else HIDDEN
    if isinstance(value, Mapping):
        return {name: _veil(one) for name, one in cast(Mapping[str, Any], value).items()}
    return [_veil(one) for one in cast(list[Any], value)] if isinstance(value, list) else HIDDEN


def _looked_up(lookup: Lookup) -> dict[str, Any]:
    """References for the results that programs read, beside the arguments as they were given."""
    names = {
        "id", "arn", "name", "region", "accountId", "userId", "partition", "dnsSuffix", "json",
        "names", "zoneIds", "zoneId", "project", "number", "email", "emailAddress", "minimalJson",
        "value",
    }  # fmt: skip
    return {**{name: reference(lookup.id, (name,)) for name in names}, **lookup.arguments}


def _proto(state: Mapping[str, Any]) -> Any:
    # The mocks that the SDK has for tests answer in the same way.
    internal: Any = mocks
    internal._ensure_event_loop()  # noqa: SLF001
    serialized = rpc.serialize_properties(dict(state), {})
    return internal._sync_await(serialized)  # noqa: SLF001


def record(program: Callable[[], None], stack: str, config: Mapping[str, str]) -> Graph:
    """The graph of a program that is run once, as for a deployment of this stack."""
    from pulumi.runtime.config import set_all_config

    recorder = Recorder()
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    mocks.set_mocks(
        recorder.mocks, project="tricenter", stack=stack, preview=False, monitor=recorder
    )
    set_all_config(dict(config))
    loop.run_until_complete(run_pulumi_func(program))
    outputs = loop.run_until_complete(_exported())
    lookups = tuple(sorted(recorder.lookups, key=lambda lookup: lookup.id))
    return Graph(resources=tuple(recorder.seen), lookups=lookups, outputs=outputs)


async def _exported() -> dict[str, Any]:
    """What the program exports, with references for what only a deployment knows."""
    root: Any = get_root_resource()
    found: Any = await pulumi.Output.all(**root.outputs).future()
    return without_secrets(found or {})[0]


def main() -> int:
    """Read a request, run its program, print its graph."""
    gc.disable()  # the process lives for one program, and the SDK's modules are millions of objects
    request = json.load(sys.stdin)
    root, config, stack = request["root"], request["config"], request["stack"]
    os.chdir(root)
    out, sys.stdout = sys.stdout, sys.stderr
    try:
        if request["program"] == "deployment":
            graph = record(lambda: _deploy(root), stack, config)
        else:
            sys.path.insert(0, root)
            graph = record(lambda: _run(request["program"]), stack, config)
    except TricenterError as error:
        # What the program refuses is the user's to mend: its words are enough.
        sys.stderr.write(f"{error}\n")
        return 1
    json.dump(graph.as_data(), out, ensure_ascii=False, sort_keys=True)
    return 0


def _deploy(root: str) -> None:
    from tricenter.components.program import deploy
    from tricenter.components.settings import read_settings

    deploy(read_settings(Path(root)), asks=False)


def _run(program: str) -> None:
    runpy.run_path(program, run_name="__main__")


if __name__ == "__main__":
    sys.exit(main())
