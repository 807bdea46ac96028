"""The reference on Google Cloud, end to end without an account, with the real provider."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.offline.reference_walk import Walk, walk_away, walk_drill, walk_roles, walk_up
from tests.real_gcp_plugin import require


@pytest.fixture
def walk(tmp_path: Path) -> Iterator[Walk]:
    """A walk with a state of its own and the real provider; skipped where there is none."""
    made = Walk("gcp", tmp_path / "state", path=str(require().parent))
    try:
        made.begin()
        yield made
    finally:
        made.end()


@pytest.mark.timeout(900)
def test_the_reference_on_gcp(walk: Walk, tmp_path: Path) -> None:
    """Every command of the README works in its order, and nothing is left."""
    assert "real" in walk.tricenter("offline", "status", "gcp")
    walk_up(walk)
    walk_roles(walk, "tokyo-1")
    record = walk_drill(walk, "lose-city", tmp_path / "records")
    assert record["rehearsed"] == "pass"
    assert record["measured"] == "unknown"
    assert record["leftovers"] == []
    walk_away(walk, tmp_path / "records")
