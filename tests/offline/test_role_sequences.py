"""Random sequences of verbs on whole references offline: after each, nothing is left to change.

What the verbs do to databases alone is tried far more often in tests/roles. The seed of a sequence
is in the name of its test; TRICENTER_SEED names another one.
"""

import os
import random

import pytest

from tests.offline.reference_walk import ROOT, Begin, leaders
from tricenter.topology.validate import load

pytestmark = [pytest.mark.cloud, pytest.mark.long, pytest.mark.timeout(1500)]

SEED = int(os.environ.get("TRICENTER_SEED", "3"))
LENGTH = 3
REMOTE = {"aws": "tokyo-1", "gcp": "tokyo-1", "mixed": "jakarta-1"}


@pytest.mark.parametrize("target", ["aws", "gcp", "mixed"])
@pytest.mark.parametrize("seed", [SEED])
def test_any_sequence_of_verbs_leaves_nothing_to_change(
    begin: Begin, target: str, seed: int
) -> None:
    """Verbs in a random order, the last one to another region; then all goes as it is led now."""
    topology = load(ROOT / "stacks" / f"ledger-{target}.yaml")
    chance = random.Random(seed)
    walk = begin(target)
    walk.pulumi("up", "--yes", "--skip-preview")
    expected = {name: database.prefer for name, database in topology.databases.items()}
    assert leaders(walk) == expected
    for number in range(LENGTH):
        verb = chance.choice(["switchover", "failover", "failback"])
        name = chance.choice(sorted(expected))
        site = REMOTE[target] if number == LENGTH - 1 else chance.choice(sorted(topology.sites))
        if number == LENGTH - 1 or verb == "failover":
            # Nobody offline measures a lag, so what may be lost is not known.
            verb, flags = "failover", ("--to", site, "--accept-loss", "unknown")
        elif verb == "switchover":
            flags = ("--to", site)
        else:
            site, flags = topology.databases[name].prefer, ()
        walk.tricenter(verb, *flags, "--database", name, "--stack", walk.stack, "--yes")
        expected[name] = site
        assert leaders(walk) == expected
        walk.pulumi("preview", "--expect-no-changes")
    walk.unchanged()
    walk.pulumi("destroy", "--yes", "--skip-preview")
    walk.tricenter("leftovers", "--target", target, "--stack", walk.stack)
