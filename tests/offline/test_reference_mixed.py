"""The reference on two clouds, end to end without an account, with Google's real provider.

Roles are Patroni's: its own code, on the machines that the emulated clouds hold.
"""

from pathlib import Path

import pytest

from tests.offline.reference_walk import Begin, walk_away, walk_drill, walk_roles, walk_up

pytestmark = [pytest.mark.cloud, pytest.mark.long, pytest.mark.timeout(1500)]


def test_the_reference_on_two_clouds(begin: Begin, tmp_path: Path) -> None:
    """Every command of the README works in its order, and nothing is left."""
    walk = begin("mixed")
    assert "real" in walk.tricenter("offline", "status", "gcp")
    assert "Patroni itself" in walk.tricenter("offline", "status", "machines")
    walk_up(walk)
    walk_roles(walk, "jakarta-1")
    record = walk_drill(walk, "lose-site", tmp_path / "records")
    assert any("ec2:StopInstances" in sentence for sentence in record["fault"]["how"])
    assert [unit["how"] for unit in record["units"]] == ["service", "not"]
    assert record["rehearsed"] == "pass"
    assert record["measured"] == "unknown"
    assert record["leftovers"] == []
    walk_away(walk, tmp_path / "records")
