"""What a killed run had begun to make: told by its type's row, or nothing is done."""

from typing import Any
from unittest import mock

import pytest

from tricenter.cli.begun import adopted
from tricenter.drills.cloud.leftovers import Begun, Leftover, Scan, ScanError, aws_begun, find_begun
from tricenter.roles.gcp.rest import Google, Refused
from tricenter.roles.interface import RoleError
from tricenter.roles.seen import NotThere, Silent


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


def topic(name: str) -> dict[str, Any]:
    """An operation on AWS that made a topic, which is known by its tags."""
    inputs = {"name": name, "region": "eu-west-1", "tags": {"Name": name}}
    return {"resource": {"urn": name, "type": "aws:sns/topic:Topic", "inputs": inputs}}


def test_a_cloud_that_does_not_say_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is forgotten then, since it would be made twice; what is seen needs no answer, and
    IAM's lists hold nothing that is known by tags."""
    there = Leftover(
        stack="s", cloud="aws", kind="sns", name="n", place="p", reference="arn:n", label="seen"
    )
    scanned = Scan(found={there}, unseen=["eu-west-1 tags: does not answer"])
    monkeypatch.setattr(aws_begun, "scan", lambda *_, **__: scanned)
    assert find_begun("aws", [topic("seen")], "s") == {"seen": Begun(id="arn:n")}
    with pytest.raises(ScanError, match="does not answer; repeat this"):
        find_begun("aws", [topic("seen"), topic("other")], "s")
    scanned.unseen[:] = ["roles: refused", "cidr_collections: refused"]
    assert "other" not in find_begun("aws", [topic("seen"), topic("other")], "s")


@pytest.mark.parametrize(
    ("error", "known"),
    [
        (NotThere("404"), True),
        (Refused("Cloud Monitoring API has not been used in project p", 403), True),
        (Refused("the caller does not have permission", 403), False),
        (Silent("Google does not answer"), False),
    ],
)
def test_google_may_not_say(monkeypatch: pytest.MonkeyPatch, error: RoleError, known: bool) -> None:
    """A service that is not used holds nothing; one that refuses may hold what was begun."""
    monkeypatch.setattr(Google, "get", mock.Mock(side_effect=error))
    inputs = {"project": "p", "displayName": "lost"}
    resource = {"urn": "u", "type": "gcp:monitoring/alertPolicy:AlertPolicy", "inputs": inputs}
    if known:
        assert find_begun("gcp", [{"resource": resource}], "s") == {}
    else:
        with pytest.raises(ScanError, match="leftovers --target gcp"):
            find_begun("gcp", [{"resource": resource}], "s")


def test_what_the_cloud_told_is_in_the_state() -> None:
    """Some are read by a name that only the cloud gives."""
    resource = {"urn": "u", "type": "gcp:pubsub/topic:Topic", "inputs": {"a": 1}}
    state = {"pending_operations": [{"type": "creating", "resource": resource}], "resources": []}
    assert adopted(state, {"u": Begun(id="i", told={"name": "n"})}) == {
        "pending_operations": [],
        "resources": [{**resource, "id": "i", "outputs": {"a": 1, "name": "n"}}],
    }
