"""The reference on AWS, end to end without an account: deploy, swap, swap back, drill, destroy."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.offline.reference_walk import Walk, walk_away, walk_drill, walk_roles, walk_up


@pytest.fixture
def walk(tmp_path: Path) -> Iterator[Walk]:
    """A walk with a state of its own."""
    made = Walk("aws", tmp_path / "state")
    try:
        made.begin()
        yield made
    finally:
        made.end()


@pytest.mark.timeout(900)
def test_the_reference_on_aws(walk: Walk, tmp_path: Path) -> None:
    """Every command of the README works in its order, and nothing is left."""
    status = walk.tricenter("offline", "status", "aws")
    assert ("real" in status) != ("stand-in" in status)
    walk_up(walk)
    walk_roles(walk, "tokyo-1")
    record = walk_drill(walk, "lose-site", tmp_path / "records")
    assert record["rehearsed"] == "pass"
    assert record["measured"] == "unknown"
    assert record["leftovers"] == []
    walk_away(walk, tmp_path / "records")
