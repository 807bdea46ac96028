"""What a killed run had begun to make on Google Cloud can be told for every type that is made."""

import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pulumi
import pytest

from tricenter.cli.begun import adopted
from tricenter.drills.cloud.leftovers import Begun, find_begun
from tricenter.drills.cloud.leftovers.gcp_begun import AGAIN, LOOKED, MONITORED, NAMED

COMPONENTS = Path(__file__).resolve().parent.parent / "components"
CALLED = re.compile(r"\b([a-z]+)\.([A-Z]\w+)\(")
FIELD = re.compile(r"\{(\w+)\}")


def made() -> Iterator[type[pulumi.CustomResource]]:
    """Every class of Google's SDK that a component calls."""
    for file in sorted(COMPONENTS.rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        for module, name in set(CALLED.findall(text)) if "pulumi_gcp" in text else ():
            try:
                found = getattr(import_module(f"pulumi_gcp.{module}"), name, None)
            except ModuleNotFoundError:
                continue
            if inspect.isclass(found) and issubclass(found, pulumi.CustomResource):
                yield found


def type_of(made: type[pulumi.CustomResource]) -> str:
    """Its type without the `gcp:`."""
    return str(vars(made)["pulumi_type"]).removeprefix("gcp:")


def test_every_type_that_is_made_is_known() -> None:
    """By its name, from a list, or made again."""
    types = {type_of(one) for one in made()}
    assert types == NAMED.keys() | MONITORED.keys() | LOOKED.keys() | AGAIN


@pytest.mark.parametrize("one", sorted(set(made()), key=type_of), ids=type_of)
def test_an_id_is_told_in_arguments_of_the_type(one: type[pulumi.CustomResource]) -> None:
    """A template with another word would find nothing, silently."""
    words = set(inspect.signature(vars(one)["_internal_init"]).parameters)
    for field in FIELD.findall(NAMED.get(type_of(one), "")):
        assert re.sub(r"(?<=[a-z])([A-Z])", r"_\1", field).lower() in words


def test_what_cannot_be_told_is_forgotten() -> None:
    """A type of others, an argument that is not there: the run had not begun it."""
    urn = "urn:pulumi:dev::tricenter::gcp:compute/network:Network::net"
    network = {"urn": urn, "type": "gcp:compute/network:Network", "inputs": {"name": "net"}}
    other = {"urn": "other", "type": "gcp:redis/instance:Instance", "inputs": {}}
    aws = {"urn": "aws", "type": "aws:iam/role:Role", "inputs": {"name": "role"}}
    operations = [{"type": "creating", "resource": one} for one in (network, other, aws)]
    assert find_begun("gcp", operations, "ledger-dev") == {}
    network["inputs"] = {"name": "net", "project": "p"}
    assert find_begun("gcp", operations, "ledger-dev") == {
        urn: Begun(id="projects/p/global/networks/net")
    }


def test_what_the_cloud_told_is_in_the_state() -> None:
    """Some are read by a name that only the cloud gives."""
    resource = {"urn": "u", "type": "gcp:pubsub/topic:Topic", "inputs": {"a": 1}}
    state = {"pending_operations": [{"type": "creating", "resource": resource}], "resources": []}
    assert adopted(state, {"u": Begun(id="i", told={"name": "n"})}) == {
        "pending_operations": [],
        "resources": [{**resource, "id": "i", "outputs": {"a": 1, "name": "n"}}],
    }
