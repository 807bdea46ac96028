"""The reference on two clouds, end to end without an account, with Google's real provider."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.offline.reference_walk import Walk, walk_away, walk_drill, walk_up
from tests.real_gcp_plugin import require


@pytest.fixture
def walk(tmp_path: Path) -> Iterator[Walk]:
    """A walk with a state of its own and the real provider; skipped where there is none."""
    made = Walk("mixed", tmp_path / "state", path=str(require().parent))
    try:
        made.begin()
        yield made
    finally:
        made.end()


@pytest.mark.timeout(1500)
def test_the_reference_on_two_clouds(walk: Walk, tmp_path: Path) -> None:
    """It deploys, drills and goes without a trace; roles are Patroni's, which nothing runs here.

    The machines of an emulated cloud run nothing: a change of roles must say so, and a rehearsal
    must call unknown what it could not see.
    """
    assert "real" in walk.tricenter("offline", "status", "gcp")
    walk_up(walk)
    said = walk.refused("switchover", "--to", "jakarta-1", "--stack", walk.stack, "--yes")
    assert "none of its databases can be asked from here" in said
    record = walk_drill(walk, "lose-city", tmp_path / "records", passes=False)
    verdicts = {check["id"]: check["verdict"] for check in record["checks"]}
    unseen = {"deployed", "taken_over", "others_stayed", "failed_back"}
    assert {name for name, verdict in verdicts.items() if verdict == "unknown"} == unseen
    assert {verdict for name, verdict in verdicts.items() if name not in unseen} == {"pass"}
    assert any("ec2:StopInstances" in sentence for sentence in record["fault"]["how"])
    assert record["rehearsed"] == record["measured"] == "unknown"
    assert record["leftovers"] == []
    walk_away(walk, tmp_path / "records")
