"""A program under Pulumi's mocks: every resource as the engine was asked for it."""

import asyncio
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, cast
from unittest import mock

import pulumi
from google.protobuf import struct_pb2
from pulumi.runtime import mocks
from pulumi.runtime.proto import source_pb2
from pulumi.runtime.stack import run_pulumi_func

from tricenter.components import program
from tricenter.components.settings import Settings, Target
from tricenter.topology.observed import NOTHING as NOTHING_RUNS
from tricenter.topology.observed import Observed, Runs

SIGNATURE, SECRET = "4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270"
NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A resource as the program asked the engine for it."""

    type: str
    name: str
    parent: str
    protect: bool
    kept: bool
    after: frozenset[str]
    ignored: frozenset[str]
    deleted_with: str
    provider: str
    secret: frozenset[str]
    inputs: dict[str, Any]

    @property
    def identity(self) -> tuple[str, str, str]:
        """What makes its URN."""
        return (self.type, self.name, self.parent)


class Echo(mocks.Mocks):
    """Resources whose outputs are their inputs."""

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        """The inputs, under an id made from the name."""
        return f"{args.name}-id", cast(dict[str, Any], args.inputs)

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], Any]:
        """Nothing is called."""
        del args
        return {}, []


class Monitor(mocks.MockMonitor):
    """Keeps each request with what the mocks forget: parents, order, protection."""

    def __init__(self, answers: mocks.Mocks) -> None:
        super().__init__(answers)
        self.asked: list[Asked] = []

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - the protocol's name
        """Keep the request, then answer as the mocks do."""
        response = super().RegisterResource(request)
        if request.type != "pulumi:pulumi:Stack":
            self.asked.append(_read(request))
        return response


def _read(request: Any) -> Asked:
    return Asked(
        type=request.type,
        name=request.name,
        parent=request.parent.rpartition("::")[2],
        protect=request.protect,
        kept=request.retainOnDelete,
        after=frozenset(urn.rpartition("::")[2] for urn in request.dependencies),
        ignored=frozenset(request.ignoreChanges),
        deleted_with=request.deletedWith.rpartition("::")[2],
        provider=request.provider.rpartition("::")[0].rpartition("::")[2],
        secret=frozenset(key for key, value in request.object.items() if _is_secret(value)),
        inputs=mocks.rpc.deserialize_properties(request.object, keep_unknowns=True),
    )


def _is_secret(value: Any) -> bool:
    """Whether a value is wrapped as one that the engine encrypts, in the protocol's own form."""
    return (
        isinstance(value, struct_pb2.Struct) and SIGNATURE in value and value[SIGNATURE] == SECRET
    )


def without_stacks() -> Any:
    """A patch: the SDK tells the engine no stack of calls beside each resource.

    Under pytest a stack has some hundred frames, and nobody reads it: it took an eighth of the
    time of all tests that need no engine.
    """
    return mock.patch("pulumi.runtime.resource._get_stack_trace", source_pb2.StackTrace)


@contextmanager
def own_loop() -> Generator[asyncio.AbstractEventLoop]:
    """A loop for one run: the SDK's objects belong to the loop that they were made in."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        yield loop
    finally:
        loop.close()
        asyncio.set_event_loop(None)
        pulumi.runtime.settings.reset_options()
        pulumi.runtime.set_all_config({})


def record(
    run: Callable[[], None],
    answers: mocks.Mocks,
    config: Mapping[str, str] = NOTHING,
    *,
    preview: bool = False,
) -> tuple[Asked, ...]:
    """What a program asks for, by type and name."""
    monitor = Monitor(answers)

    async def whole() -> None:
        await run_pulumi_func(run)

    with own_loop() as loop:
        mocks.set_mocks(answers, project="tricenter", stack="dev", preview=preview, monitor=monitor)
        pulumi.runtime.set_all_config(dict(config))
        with without_stacks():
            loop.run_until_complete(whole())
    return tuple(sorted(monitor.asked, key=lambda one: (one.type, one.name)))


def deploy(
    target: ModuleType,
    spec: Path,
    answers: mocks.Mocks,
    *,
    profile: str,
    roles: Mapping[str, str] = NOTHING,
    config: Mapping[str, str] = NOTHING,
    running: Runs = NOTHING_RUNS,
    preview: bool = False,
) -> tuple[Asked, ...]:
    """What the program asks for on a target of components/ while these sites lead, and copies run
    on `running`."""
    seen = Observed(leaders=roles, running=running)
    given = SimpleNamespace(
        PROFILE=target.PROFILE,
        deploy=target.deploy,
        observe=lambda _stack, _plan: seen,  # pyright: ignore[reportUnknownLambdaType]
    )
    settings = Settings(
        spec=str(spec),
        target_name=target.__name__.rpartition(".")[2],
        target=cast(Target, given),
        profile=profile,
        enforce="advisory",  # what the rules say of a spec is not what is looked at
        stack="dev",
    )
    # Nobody is there to be told which replica is for disasters.
    with mock.patch.object(program, "prepare_roles"):
        return record(lambda: program.deploy(settings), answers, config, preview=preview)
