"""The operator's secret is read where the deployment has put it, on either cloud."""

import base64
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from tricenter.roles.aws.calls import Regions
from tricenter.roles.aws.operator import from_secrets_manager
from tricenter.roles.gcp.operator import from_secret_manager
from tricenter.roles.gcp.rest import Google
from tricenter.roles.interface import RoleError
from tricenter.roles.seen import NotThere, Silent
from tricenter.topology.compile import compile_plan
from tricenter.topology.validate import load

ROOT = Path(__file__).resolve().parent.parent.parent
PLAN = compile_plan(load(ROOT / "stacks" / "ledger-mixed.yaml"), "mixed")


@dataclass
class Secrets:
    """Secrets Manager of one region."""

    region: str
    kept: dict[tuple[str, str], str]
    asked: list[str]
    code: str = "ResourceNotFoundException"

    def get_secret_value(self, SecretId: str) -> dict[str, str]:  # noqa: N803 - AWS's name
        """A secret of this region; ClientError where there is none."""
        self.asked.append(self.region)
        if (self.region, SecretId) not in self.kept:
            raise ClientError({"Error": {"Code": self.code, "Message": "no"}}, "GetSecretValue")
        return {"SecretString": self.kept[self.region, SecretId]}


@dataclass
class Manager:
    """Google's Secret Manager."""

    kept: dict[str, str] = field(default_factory=dict[str, str])

    def project(self, owner: str | None) -> str:
        """The one project."""
        return owner or "own"

    def get(self, service: str, path: str) -> dict[str, Any]:
        """A secret's newest version; NotThere where there is none."""
        if service != "SECRET_MANAGER" or path not in self.kept:
            raise NotThere(path)
        return {"payload": {"data": base64.b64encode(self.kept[path].encode()).decode()}}


@dataclass
class Away:
    """Secrets Manager of a region that is lost."""

    def get_secret_value(self, SecretId: str) -> dict[str, str]:  # noqa: N803 - AWS's name
        """No answer."""
        del SecretId
        raise ReadTimeoutError(endpoint_url="https://secretsmanager")


def regions(kept: dict[tuple[str, str], str], asked: list[str], **more: str) -> Regions:
    """Clients of regions that keep these secrets."""
    return Regions(make=lambda _, region: Secrets(region, kept, asked, **more))


def test_aws_keeps_it_in_a_region_of_the_plan() -> None:
    """Only regions of AWS are asked, and only until one has it; before a deployment none has."""
    asked: list[str] = []
    kept = {("ap-southeast-1", "ledger-dev-operator"): "document"}
    assert from_secrets_manager("ledger-dev", regions(kept, asked))(PLAN) == "document"
    assert asked == ["ap-southeast-1"]
    assert from_secrets_manager("ledger-other", regions(kept, asked))(PLAN) is None


def test_who_may_not_read_it_is_told() -> None:
    """A refusal is not taken for a stack that is not there."""
    refused = regions({}, [], code="AccessDeniedException")
    with pytest.raises(RoleError, match="AccessDenied"):
        from_secrets_manager("ledger-dev", refused)(PLAN)


def test_google_keeps_it_in_the_stacks_project() -> None:
    """By the name that Google takes; before a deployment there is none."""
    path = "projects/own/secrets/ledger-dev-operator/versions/latest:access"
    held = cast(Google, Manager({path: "document"}))
    assert from_secret_manager("ledger-dev", held)(PLAN) == "document"
    assert from_secret_manager("ledger-other", held)(PLAN) is None


def test_a_lost_region_does_not_keep_the_secret() -> None:
    """Its copy is read; where none answers that may have it, nobody says that there is none."""
    plan = compile_plan(load(ROOT / "stacks" / "ledger-aws.yaml"), "aws")
    lost, kept = "ap-northeast-1", {("ap-southeast-1", "ledger-dev-operator"): "document"}

    def make(_: str, region: str) -> Any:
        return Away() if region == lost else Secrets(region, kept, [])

    assert from_secrets_manager("ledger-dev", Regions(make=make))(plan) == "document"
    kept.clear()
    with pytest.raises(Silent):
        from_secrets_manager("ledger-dev", Regions(make=make))(plan)
