"""The reference on AWS, end to end without an account: deploy, swap, swap back, destroy."""

from pathlib import Path

import pytest

from tests.offline.killed_run import up_after_a_kill
from tests.offline.reference_walk import Begin, walk_away, walk_on, walk_roles

pytestmark = [pytest.mark.cloud, pytest.mark.timeout(900)]

EARLY = 60
"""Resources of 200: networks, keys and buckets are there, and databases are being made."""


def test_the_reference_on_aws(begin: Begin, tmp_path: Path) -> None:
    """Every command of the README works in its order, after a kill as well; nothing is left."""
    walk = begin("aws", saves_each_step=True)
    status = walk.tricenter("offline", "status", "aws")
    assert ("real" in status) != ("stand-in" in status)
    walk.pulumi("preview")
    up_after_a_kill(walk, EARLY)
    walk_on(walk)
    walk_roles(walk, "tokyo-1")
    walk_away(walk, tmp_path / "records")
