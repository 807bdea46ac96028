"""The program for target gcp under mocks: what it asks the engine for, with what it ignores."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from unittest import mock

import yaml
from pulumi.runtime import mocks

from tests.once import once
from tests.recording import NOTHING, Asked, deploy
from tricenter.components import gcp

ROOT = Path(__file__).parent.parent.parent
EXAMPLE = ROOT / "stacks" / "ledger-gcp.yaml"
PROJECT = "acme-ledger"
RUN = {"tricenter:runId": "r7f3a", "tricenter:expires": "2026-11-25T10:00:00Z"}
OFFLINE = {
    "TRICENTER_OFFLINE": "1",
    "GOOGLE_SQL_CUSTOM_ENDPOINT": "http://127.0.0.1:9/sql/v1beta4/",
}
"""The example answers with addresses for documentation, which are refused anywhere else."""


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


def ask(
    spec: Path = EXAMPLE,
    profile: str = "production",
    roles: Mapping[str, str] = NOTHING,
    config: Mapping[str, str] = NOTHING,
) -> tuple[Asked, ...]:
    """What the program asks for, by type and name."""

    told = {"gcp:project": PROJECT, **config}
    with mock.patch.dict(os.environ, OFFLINE):
        return deploy(gcp, spec, Answers(), profile=profile, roles=roles, config=told)


@once
def production() -> tuple[Asked, ...]:
    """The example in profile production."""
    return ask()


@once
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
