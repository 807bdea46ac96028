"""The reference on AWS, end to end without an account: deploy, swap, swap back, destroy."""

from pathlib import Path

import pytest

from tests.offline.reference_walk import Begin, walk_away, walk_roles, walk_up

pytestmark = [pytest.mark.cloud, pytest.mark.timeout(900)]


def test_the_reference_on_aws(begin: Begin, tmp_path: Path) -> None:
    """Every command of the README works in its order, and nothing is left."""
    walk = begin("aws")
    status = walk.tricenter("offline", "status", "aws")
    assert ("real" in status) != ("stand-in" in status)
    walk_up(walk)
    walk_roles(walk, "tokyo-1")
    walk_away(walk, tmp_path / "records")
