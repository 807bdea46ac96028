"""No two sites share a power station, or go dark together."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.rule import Finding, Rule
from tricenter.topology.domains import shared_fates
from tricenter.topology.errors import Path
from tricenter.topology.spec_facility import Facility


def find(facts: Facts) -> Iterator[Finding]:
    """Two sites that one event takes, at what the second of them lacks."""
    sites = facts.topology.sites
    for fate in shared_fates(facts.topology):
        first, second = fate.sites
        step, missing = _shared(sites[first].facility, sites[second].facility)
        message = f"{first} and {second} are one failure domain: {fate.reason}"
        path: Path = ("sites", second, "facility", *step)
        yield Finding(path=path, at="key" if missing else "value", message=message)


def _shared(here: Facility, there: Facility) -> tuple[Path, bool]:
    """The feed of `there` that feeds both, or the power of its own that is not there."""
    for index, feed in enumerate(there.feeds):
        if feed in here.feeds:
            return ("feeds", index), False
    return ("ups",) if there.generator else ("generator",), True


RULE = Rule(
    severity="critical",
    clauses=(
        cite("seed", "two independent stations", "seed"),
        cite("gb50174", "double supply plus a standby source", "secondary"),
        cite("bank-2010", "art. 21 and 23"),
    ),
    fix="feed the sites from different stations, and give each batteries and a generator",
    passes="sites: {xihu: {facility: {feeds: [xihu-north, xihu-south]}}}",
    fails="sites: {xihu: {facility: {feeds: [xihu-north, binjiang-east]}}}",
    find=find,
)
