"""What the walks share."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.offline.reference_walk import Begin, Walk
from tests.real_gcp_plugin import require


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    """Begins a walk on a target, with a state of its own; skipped without Google's real provider,
    where it is one on Google Cloud."""
    with ExitStack() as ends:

        def begin(target: str, *, spec: Path | None = None, saves_each_step: bool = False) -> Walk:
            walk = Walk(
                target,
                tmp_path / "state",
                path="" if target == "aws" else str(require().parent),
                spec=spec,
                saves_each_step=saves_each_step,
            )
            ends.callback(walk.end)
            walk.begin()
            return walk

        yield begin
