"""The program for target gcp under mocks: what it asks the engine for, with what it ignores."""

import asyncio
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

import pulumi
import yaml
from pulumi.runtime import mocks
from pulumi.runtime.stack import run_pulumi_func

from tricenter.components import gcp, program
from tricenter.components.settings import Settings

ROOT = Path(__file__).parent.parent.parent
EXAMPLE = ROOT / "stacks" / "ledger-gcp.yaml"
PROJECT = "acme-ledger"
RUN = {"tricenter:runId": "r7f3a", "tricenter:expires": "2026-11-25T10:00:00Z"}
OFFLINE = {
    "TRICENTER_OFFLINE": "1",
    "GOOGLE_SQL_CUSTOM_ENDPOINT": "http://127.0.0.1:9/sql/v1beta4/",
}
"""The example answers with addresses for documentation, which are refused anywhere else."""
NO_ROLES: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A resource as the program asked the engine for it."""

    type: str
    name: str
    parent: str
    protect: bool
    after: tuple[str, ...]
    ignored: tuple[str, ...]
    kept: bool
    provider: str
    inputs: dict[str, Any]


class Answers(mocks.Mocks):
    """Outputs are inputs and what Google computes: names, addresses of identities."""

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        """The inputs, and an address for identities."""
        outputs = dict(args.inputs)
        if args.typ == "gcp:serviceaccount/account:Account":
            outputs["email"] = f"{outputs['accountId']}@{PROJECT}.iam.gserviceaccount.com"
            outputs["member"] = f"serviceAccount:{outputs['email']}"
        if args.typ == "gcp:projects/serviceIdentity:ServiceIdentity":
            outputs["member"] = f"serviceAccount:service-1@{outputs['service']}"
        if args.typ == "gcp:projects/iAMCustomRole:IAMCustomRole":
            outputs["name"] = f"projects/{PROJECT}/roles/{outputs['roleId']}"
        if args.typ == "gcp:sql/databaseInstance:DatabaseInstance":
            outputs["connectionName"] = f"{PROJECT}:{outputs['region']}:{outputs['name']}"
            database = outputs["settings"]["userLabels"]["tricenter-database"]
            # One endpoint a pair: it leads to whichever of them leads.
            outputs["replicationCluster"] = {"psaWriteEndpoint": f"{database}.global.sql-psa.goog"}
            outputs["serviceAccountEmailAddress"] = f"sql-{outputs['name']}@{PROJECT}.invalid"
        if args.typ == "gcp:alloydb/instance:Instance":
            outputs["ipAddress"] = "10.64.240.5"
        return outputs.get("name") or f"{args.name}-id", outputs

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        """What the program looks up: the identity of Cloud Storage, the number of the project."""
        if "ProjectServiceAccount" in args.token:
            email = "service-1@gs-project-accounts.iam.gserviceaccount.com"
            return {"emailAddress": email, "member": f"serviceAccount:{email}"}, []
        return {"number": "1", "projectId": PROJECT}, []


class Monitor(mocks.MockMonitor):
    """Keeps each request with what the mocks forget."""

    def __init__(self) -> None:
        super().__init__(Answers())
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
                    after=tuple(sorted(urn.rpartition("::")[2] for urn in request.dependencies)),
                    ignored=tuple(request.ignoreChanges),
                    kept=request.retainOnDelete,
                    provider=request.provider.rpartition("::")[0].rpartition("::")[2],
                    inputs=mocks.rpc.deserialize_properties(request.object),
                )
            )
        return response


@contextmanager
def own_loop() -> Iterator[asyncio.AbstractEventLoop]:
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


def ask(
    spec: Path = EXAMPLE,
    profile: str = "production",
    roles: Mapping[str, str] = NO_ROLES,
    config: Mapping[str, str] = NO_ROLES,
) -> tuple[Asked, ...]:
    """What the program asks for, by type and name."""

    class Target:
        """Google Cloud with roles as given."""

        PROFILE = gcp.PROFILE
        deploy = staticmethod(gcp.deploy)

        @staticmethod
        def observed_roles(_stack: str, _plan: Any) -> Mapping[str, str]:
            return roles

    settings = Settings(
        spec=str(spec),
        target_name="gcp",
        target=Target(),
        profile=profile,
        enforce="advisory",
        stack="dev",
    )

    async def run() -> None:
        await run_pulumi_func(lambda: program.deploy(settings))

    monitor = Monitor()
    with own_loop() as loop, mock.patch.dict(os.environ, OFFLINE):
        pulumi.runtime.set_all_config({"gcp:project": PROJECT, **config})
        mocks.set_mocks(
            monitor.mocks, project="tricenter", stack="dev", preview=False, monitor=monitor
        )
        loop.run_until_complete(run())
    return tuple(sorted(monitor.asked, key=lambda one: (one.type, one.name)))


@cache
def production() -> tuple[Asked, ...]:
    """The example in profile production."""
    return ask()


@cache
def drill() -> tuple[Asked, ...]:
    """The example in profile drill, with a run id and an end."""
    return ask(profile="drill", config=RUN)


def of(asked: tuple[Asked, ...], kind: str) -> list[Asked]:
    """The resources whose type ends so: `DatabaseInstance`."""
    return [one for one in asked if one.type.rpartition(":")[2] == kind]


def variant(folder: Path, change: Any, base: Path = EXAMPLE) -> Path:
    """A spec in `folder` that differs from the example by what `change` does to it."""
    spec = yaml.safe_load(base.read_text(encoding="utf-8"))
    change(spec)
    path = folder / "topology.yaml"
    path.write_text(yaml.safe_dump(spec), encoding="utf-8")
    return path
