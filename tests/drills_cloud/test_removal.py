"""The command that deletes a leftover is one that its cloud's command line has."""

import shlex
from functools import cache
from typing import Any, cast

import pytest

from tricenter.drills.cloud.leftovers import Leftover
from tricenter.drills.cloud.leftovers.gcp import listings
from tricenter.drills.cloud.leftovers.removal import removal
from tricenter.topology.cloud_types import removals

COMMANDS = {"s3api": "s3"}
"""Services that the command line calls otherwise than botocore; s3api is the plain interface."""


def left(cloud: str, kind: str, place: str = "ap-southeast-1", **more: str) -> Leftover:
    """Something of a stack that is gone."""
    name = more.pop("name", "ledger-x")
    return Leftover(stack="ledger-x", cloud=cloud, kind=kind, name=name, place=place, **more)


@cache
def _session() -> Any:
    """One for all kinds: each reads AWS' models for itself."""
    return pytest.importorskip("botocore.session").get_session()


@pytest.mark.parametrize("kind", sorted(removals("aws")))
def test_aws_has_the_operation_and_its_arguments(kind: str) -> None:
    """Every required argument is given, and no other than botocore knows."""
    session = _session()
    xform: Any = pytest.importorskip("botocore").xform_name
    words = shlex.split(removal(left("aws", kind, reference="arn:aws:x:y:1:z")))
    assert words[0] == "aws"
    model = session.get_service_model(COMMANDS.get(words[1], words[1]))
    operations = {xform(name, "-"): name for name in model.operation_names}
    shape = model.operation_model(operations[words[2]]).input_shape
    members = cast(dict[str, Any], shape.members)
    given = {word for word in words[3:] if word.startswith("--")} - {"--region"}
    # The command line has a boolean as a flag of its own.
    known = {f"--{xform(name, '-')}": name for name in members}
    assert given <= known.keys()
    assert set(shape.required_members) <= {known[flag] for flag in given}


def test_every_kind_that_is_listed_on_google_cloud_has_a_command() -> None:
    """The scanner's own list is the measure."""
    kinds = {kind for kind, _ in listings()}
    assert kinds == removals("gcp").keys() | {"compute address"}
    for kind in kinds:
        said = removal(left("gcp", kind, owner="acme", reference="projects/acme/x/1"))
        assert shlex.split(said)[0] == "gcloud"
        assert said.endswith("--project acme")


def test_a_secret_is_called_as_it_was_named_and_the_unknown_is_said() -> None:
    """Of a secret's ARN the service's own ending goes; what has no command is told as a whole."""
    secret = left("aws", "secretsmanager secret", name="ledger-x/admin-Ab12Cd")
    assert removal(secret) == (
        "aws secretsmanager delete-secret --secret-id ledger-x/admin --region ap-southeast-1"
    )
    odd = left("aws", "quantum cat", reference="arn:aws:quantum:y:1:cat/tom")
    assert "arn:aws:quantum:y:1:cat/tom" in removal(odd)
    assert removal(left("aws", "iam role", place="global")) == (
        "aws iam delete-role --role-name ledger-x"
    )
