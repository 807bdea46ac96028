"""The reference on AWS, end to end without an account: deploy, swap, swap back, drill, destroy."""

from pathlib import Path

import pytest

from tests.offline.reference_walk import Begin, walk_away, walk_drill, walk_roles, walk_up


@pytest.mark.timeout(900)
def test_the_reference_on_aws(begin: Begin, tmp_path: Path) -> None:
    """Every command of the README works in its order, and nothing is left."""
    walk = begin("aws")
    status = walk.tricenter("offline", "status", "aws")
    assert ("real" in status) != ("stand-in" in status)
    walk_up(walk)
    walk_roles(walk, "tokyo-1")
    record = walk_drill(walk, "lose-site", tmp_path / "records")
    assert record["rehearsed"] == "pass"
    assert record["measured"] == "unknown"
    assert record["leftovers"] == []
    walk_away(walk, tmp_path / "records")
