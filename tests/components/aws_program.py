"""The program for target aws under mocks: what it asks the engine for, by type and name."""

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

import pulumi
import yaml
from google.protobuf import struct_pb2
from pulumi.runtime import mocks
from pulumi.runtime.stack import run_pulumi_func

from tricenter.components import aws, program
from tricenter.components.settings import Settings

ROOT = Path(__file__).parent.parent.parent
EXAMPLE = ROOT / "stacks" / "ledger-aws.yaml"
CITY, REMOTE, VAULT = "ap-southeast-1", "ap-northeast-1", "ap-southeast-2"
ACCOUNT, OTHER_ACCOUNT = "123456789012", "210987654321"
SIGNATURE, SECRET = "4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270"
RUN = {"tricenter:runId": "r7f3a", "tricenter:expires": "2026-11-25T10:00:00Z"}
OFFLINE = {"TRICENTER_OFFLINE": "1"}
"""The example answers with addresses for documentation, which are refused anywhere else."""
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
    provider: str
    secret: frozenset[str]
    inputs: dict[str, Any]


class Answers(mocks.Mocks):
    """Outputs are inputs and what AWS computes of which others are made: ARNs and endpoints."""

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        """The inputs, an ARN, and endpoints for databases."""
        service = args.typ.partition(":")[2].partition("/")[0]
        region = args.inputs.get("region", "")
        made = {
            "arn": f"arn:aws:{service}:{region}:{ACCOUNT}:{args.name}",
            "keyId": f"{args.name}-key",
            "endpoint": f"{args.name}.{region}.example",
            "readerEndpoint": f"{args.name}-ro.{region}.example",
            "address": f"{args.name}.{region}.example",
            "defaultNetworkAclId": f"acl-{region}",
            "zoneId": "Z1",
            "nameServers": ["ns-1.example.net"],
        }
        if args.typ == "aws:rds/globalCluster:GlobalCluster":
            made |= {
                "arn": f"arn:aws:rds::{ACCOUNT}:{args.name}",
                "endpoint": f"{args.name}.global",
            }
        return f"{args.name}-id", made | args.inputs

    def call(self, _: mocks.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        """Who calls: the only thing that is looked up."""
        return {"accountId": ACCOUNT, "arn": "", "userId": "", "id": ACCOUNT}, []


class Unknowing(Answers):
    """A preview of the first deployment: only inputs are known, also of what is looked up."""

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        """The inputs, without an id."""
        return "", args.inputs


class Monitor(mocks.MockMonitor):
    """Keeps each request with what the mocks forget."""

    def __init__(self, answers: mocks.Mocks) -> None:
        super().__init__(answers)
        self.asked: list[Asked] = []

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - the protocol's name
        """Keep the request, then answer as the mocks do."""
        response = super().RegisterResource(request)
        if request.type != "pulumi:pulumi:Stack":
            self.asked.append(
                Asked(
                    type=request.type,
                    name=request.name,
                    parent=request.parent.rpartition("::")[2],
                    protect=request.protect,
                    kept=request.retainOnDelete,
                    after=frozenset(urn.rpartition("::")[2] for urn in request.dependencies),
                    ignored=frozenset(request.ignoreChanges),
                    provider=request.provider.rpartition("::")[0].rpartition("::")[2],
                    secret=frozenset(
                        key for key, value in request.object.items() if _is_secret(value)
                    ),
                    inputs=mocks.rpc.deserialize_properties(request.object, keep_unknowns=True),
                )
            )
        return response


def _is_secret(value: Any) -> bool:
    """Whether a value is wrapped as one that the engine encrypts, in the protocol's own form."""
    return (
        isinstance(value, struct_pb2.Struct) and SIGNATURE in value and (value[SIGNATURE] == SECRET)
    )


def ask(
    spec: Path = EXAMPLE,
    profile: str = "production",
    roles: Mapping[str, str] = NOTHING,
    config: Mapping[str, str] = NOTHING,
    *,
    preview: bool = False,
) -> tuple[Asked, ...]:
    """What the program asks for, by type and name; a preview knows no outputs."""

    class Target:
        """The target with roles as given."""

        PROFILE = aws.PROFILE
        deploy = staticmethod(aws.deploy)

        @staticmethod
        def observed_roles(_stack: str, _plan: Any) -> Mapping[str, str]:
            return roles

    answers = Unknowing() if preview else Answers()
    monitor = Monitor(answers)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    mocks.set_mocks(answers, project="tricenter", stack="dev", preview=preview, monitor=monitor)
    pulumi.runtime.set_all_config(dict(config))
    settings = Settings(
        spec=str(spec),
        target_name="aws",
        target=Target(),
        profile=profile,
        enforce="mandatory",
        stack="dev",
    )

    async def run() -> None:
        await run_pulumi_func(lambda: program.deploy(settings))

    try:
        with mock.patch.dict(os.environ, OFFLINE):
            loop.run_until_complete(run())
    finally:
        loop.close()
        asyncio.set_event_loop(None)
        pulumi.runtime.settings.reset_options()
        pulumi.runtime.set_all_config({})
    return tuple(sorted(monitor.asked, key=lambda one: (one.type, one.name)))


@cache
def example(profile: str = "production", leader: str | None = None) -> tuple[Asked, ...]:
    """The example's resources; `leader` is the site that both databases are led from."""
    roles = {"ledger-a": leader, "ledger-b": leader} if leader else NOTHING
    return ask(profile=profile, roles=roles, config=RUN if profile == "drill" else NOTHING)


def variant(folder: Path, *changes: tuple[tuple[str, ...], Any]) -> Path:
    """The example with values put at paths (None takes one out), as a file in `folder`."""
    spec = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    for path, value in changes:
        place = spec
        for key in path[:-1]:
            place = place.setdefault(key, {})
        if value is None:
            place.pop(path[-1], None)
        else:
            place[path[-1]] = value
    written = folder / "ledger-aws.yaml"
    written.write_text(yaml.safe_dump(spec), encoding="utf-8")
    return written


def of(asked: tuple[Asked, ...], kind: str) -> list[Asked]:
    """The resources of one type, `rds/cluster:Cluster`."""
    return [one for one in asked if one.type == f"aws:{kind}"]


def the(asked: tuple[Asked, ...], kind: str, name: str) -> Asked:
    """The one resource of a type and a name."""
    (found,) = (one for one in of(asked, kind) if one.name == name)
    return found
