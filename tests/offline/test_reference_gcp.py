"""The reference on Google Cloud, end to end without an account, with the real provider.

In `make test` with one of its databases; tests/components judge what the whole asks for.
"""

from pathlib import Path

import pytest

from tests.conftest import runs
from tests.offline.reference_walk import Begin, walk_away, walk_roles, walk_up
from tests.offline.small_spec import small_spec

pytestmark = [pytest.mark.cloud, pytest.mark.timeout(900)]


def test_the_reference_on_gcp(begin: Begin, tmp_path: Path) -> None:
    """Every command of the README works in its order, and nothing is left."""
    walk = begin("gcp", spec=runs(small_spec("gcp", tmp_path), None))
    assert "real" in walk.tricenter("offline", "status", "gcp")
    walk_up(walk)
    walk_roles(walk, "tokyo-1")
    walk_away(walk, tmp_path / "records")
