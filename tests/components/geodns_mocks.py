"""The GeoDNS of a target under Pulumi's mocks: every resource as the engine was asked for it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pulumi.runtime import mocks

from tests.recording import Asked, Echo, record
from tricenter.components.tree import Tree, plant
from tricenter.topology import document
from tricenter.topology.compile import compile_plan
from tricenter.topology.plan import Plan
from tricenter.topology.validate import validate

ROOT = Path(__file__).parent.parent.parent
COLLECTION = "c0ffee00-0000-4000-8000-000000000001"
"""Ids of collections of subnets are of this form, by botocore's model."""
WRITERS = {"ledger-a": "a.writer.internal", "ledger-b": "b.writer.internal"}


class _Echo(Echo):
    """Resources whose outputs are their inputs, and what a cloud adds to a zone."""

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        """The inputs and the name servers, under an id made from the name."""
        made = {"zoneId": "Z1", "nameServers": ["ns-1.example.net", "ns-2.example.net"]}
        own = COLLECTION if args.typ.endswith(":CidrCollection") else f"{args.name}-id"
        return own, made | args.inputs


def register(
    target: str,
    deploy: Callable[[Tree, Plan], Any],
    *,
    profile: str = "production",
    roles: dict[str, str] | None = None,
    spec: Path | None = None,
) -> tuple[Plan, list[Asked]]:
    """Run a deployment of the target's example under mocks; what it asked for."""
    read = document.load(spec or ROOT / "stacks" / f"ledger-{target}.yaml")
    topology = validate(read)
    plan = compile_plan(topology, target, roles or {})

    def program() -> None:
        tree = plant(plan, topology, read, profile)
        deploy(tree, plan)
        tree.finish()

    return plan, list(record(program, _Echo()))
