"""Size: no more scenarios of databases than can be reckoned in seconds."""

from collections.abc import Iterator

from tricenter.topology.domains import shared_fates
from tricenter.topology.limits import OUTCOMES
from tricenter.topology.problem import Problem
from tricenter.topology.scenarios import FEW, fates_of, telling_pairs
from tricenter.topology.spec import Topology


def check(topology: Topology) -> Iterator[Problem]:
    """Yield a problem if sites and databases together make too many outcomes."""
    sites, databases = len(topology.sites), len(topology.databases)
    if sites <= FEW:
        return
    pairs = len(telling_pairs(topology, fates_of(topology, shared_fates(topology))))
    scenarios = 2 * (sites + pairs)
    if scenarios * databases > OUTCOMES:
        message = (
            f"{scenarios} losses of sites and links, each for {databases} databases, are more than "
            f"{OUTCOMES:,} outcomes, which nobody reads: let fewer sites share databases or power"
        )
        yield Problem(path=("databases",), id="too-many", message=message, at="key")
