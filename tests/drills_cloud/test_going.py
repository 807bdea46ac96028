"""What AWS goes on listing after it was deleted is no leftover; what it deletes later is told."""

from typing import Any, cast

import pytest

from tricenter.drills.cloud.leftovers import Leftover, Scan
from tricenter.drills.cloud.leftovers.aws_going import set_aside_the_going
from tricenter.roles.aws.calls import Regions
from tricenter.roles.seen import NotThere
from tricenter.topology.cloud_types import types_of

PARTS = {row.kind: row.goes for row in types_of("aws") if row.goes is not None}
KINDS = (*PARTS, "ec2 nat-gateway")


class Told:
    """Answers of EC2, in which a part of a network has a state."""

    def __init__(self, state: str | None) -> None:
        self.state = state

    def call(self, region: str, _: str, operation: str, **asked: Any) -> dict[str, Any]:
        """One thing in that state; NotThere where there is no state."""
        assert list(asked.values()) == [["one"]]
        if self.state is None:
            raise NotThere(f"{operation} in {region}")
        row = next(row for row in PARTS.values() if row.operation == operation)
        said = {"Code": self.state} if row.state == "Status" else self.state
        return {row.member: [{row.state: said}]}


def left(kind: str, state: str | None) -> Scan:
    """What is left of a scan that found one thing."""
    thing = Leftover(stack="s", cloud="aws", kind=kind, name="one", place="eu-west-1")
    scan = Scan(found={thing})
    set_aside_the_going(cast(Regions, Told(state)), scan)
    return scan


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("state", ["deleted", "deleting", None])
def test_a_part_of_a_network_that_was_deleted_is_gone(kind: str, state: str | None) -> None:
    """EC2 lists it for hours; nobody need hear of it."""
    scan = left(kind, state)
    assert (scan.found, scan.going, scan.unseen) == (set(), [], [])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("state", ["available", "active", "pending"])
def test_a_part_of_a_network_that_is_there_is_left(kind: str, state: str) -> None:
    """Whatever else it says of itself."""
    assert len(left(kind, state).found) == 1
