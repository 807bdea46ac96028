"""The GeoDNS of a target under Pulumi's mocks: every resource as the engine was asked for it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pulumi
from pulumi.runtime import mocks
from pulumi.runtime.stack import run_pulumi_func

from tricenter.components.tree import Tree, plant
from tricenter.topology import document
from tricenter.topology.compile import compile_plan
from tricenter.topology.plan import Plan
from tricenter.topology.validate import validate

ROOT = Path(__file__).parent.parent.parent
WRITERS = {"ledger-a": "a.writer.internal", "ledger-b": "b.writer.internal"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A resource as the program asked for it."""

    type: str
    name: str
    parent: str
    provider: str
    protect: bool
    after: frozenset[str]
    inputs: dict[str, Any]


class _Echo(mocks.Mocks):
    """Resources whose outputs are their inputs, and what a cloud adds to a zone."""

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        """The inputs and the name servers, under an id made from the name."""
        made = {"zoneId": "Z1", "nameServers": ["ns-1.example.net", "ns-2.example.net"]}
        return f"{args.name}-id", made | args.inputs

    def call(self, _: mocks.MockCallArgs) -> tuple[dict[str, Any], None]:
        """Nothing is called."""
        return {}, None


class _Monitor(mocks.MockMonitor):
    """Keeps what the mocks forget."""

    def __init__(self) -> None:
        super().__init__(_Echo())
        self.seen: list[Asked] = []

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - the protocol's name
        """Keep the request, then answer as the mocks do."""
        response = super().RegisterResource(request)
        self.seen.append(
            Asked(
                type=request.type,
                name=request.name,
                parent=request.parent.rpartition("::")[2],
                provider=request.provider.rpartition("::")[0].rpartition("::")[2],
                protect=request.protect,
                after=frozenset(urn.rpartition("::")[2] for urn in request.dependencies),
                inputs=mocks.rpc.deserialize_properties(request.object),
            )
        )
        return response


def register(
    target: str,
    deploy: Callable[[Tree, Plan], Any],
    *,
    profile: str = "production",
    roles: dict[str, str] | None = None,
    spec: Path | None = None,
) -> tuple[Plan, list[Asked]]:
    """Run a deployment of the target's example under mocks; what it asked for."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    monitor = _Monitor()
    mocks.set_mocks(_Echo(), project="tricenter", stack="dev", preview=False, monitor=monitor)
    read = document.load(spec or ROOT / "stacks" / f"ledger-{target}.yaml")
    topology = validate(read)
    plan = compile_plan(topology, target, roles or {})

    def program() -> None:
        tree = plant(plan, topology, read, profile)
        deploy(tree, plan)
        tree.finish()

    async def run() -> None:
        await run_pulumi_func(program)

    try:
        loop.run_until_complete(run())
    finally:
        loop.close()
        asyncio.set_event_loop(None)
        pulumi.runtime.settings.reset_options()
    return plan, monitor.seen
