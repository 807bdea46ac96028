"""A deployment that is killed without a word, and the next one: nothing broken, nothing double.

In `make test` the walk of the reference on AWS begins with one (test_reference_aws.py).
"""

from pathlib import Path

import pytest

from tests.offline.killed_run import kill_at, up_after_a_kill
from tests.offline.reference_walk import Begin, Walk
from tests.offline.small_spec import small_spec

pytestmark = [pytest.mark.cloud, pytest.mark.long, pytest.mark.timeout(1200)]


@pytest.mark.parametrize(("target", "resources"), [("aws", 60), ("gcp", 40)])
def test_up_after_a_kill(begin: Begin, tmp_path: Path, target: str, resources: int) -> None:
    """What was begun is taken over; nothing is made twice, and nothing is left in the end."""
    up_again(begin(target, spec=small_spec(target, tmp_path), saves_each_step=True), resources)


@pytest.mark.parametrize(("target", "resources"), [("aws", 90), ("gcp", 55)])
def test_down_after_a_kill(begin: Begin, tmp_path: Path, target: str, resources: int) -> None:
    """What was begun is taken away too."""
    walk = begin(target, spec=small_spec(target, tmp_path), saves_each_step=True)
    assert kill_at(walk, resources) > 0
    walk.tricenter("down", "--yes", "--stack", walk.stack)
    walk.tricenter("leftovers", "--target", target, "--stack", walk.stack)


@pytest.mark.parametrize(
    ("target", "resources"), [("aws", 60), ("aws", 130), ("gcp", 40), ("gcp", 90)]
)
def test_up_of_the_reference_after_a_kill(begin: Begin, target: str, resources: int) -> None:
    """The same with all that the reference has, early and late."""
    up_again(begin(target, saves_each_step=True), resources)


def up_again(walk: Walk, resources: int) -> None:
    """Deploy a stack whose first deployment was killed, and remove it."""
    up_after_a_kill(walk, resources)
    # One run sees both what the program would change and what the cloud has otherwise.
    walk.pulumi("up", "--refresh", "--yes", "--skip-preview", "--expect-no-changes")
    walk.pulumi("destroy", "--yes", "--skip-preview")
    walk.tricenter("leftovers", "--target", walk.target, "--stack", walk.stack)
