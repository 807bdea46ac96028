"""Two independent stations feed every site."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.buildings import buildings, not_stated
from tricenter.policies.rule import Finding, Rule

LEAST = 2


def find(facts: Facts) -> Iterator[Finding]:
    """Buildings that one station takes down."""
    for site, building in buildings(facts):
        feeds = set(building.feeds)
        if not feeds:
            yield not_stated(site, "feeds", "which stations feed it")
        elif len(feeds) < LEAST:
            message = f"{site} has no power once {', '.join(feeds)} fails: it is the only feed"
            yield Finding(path=("sites", site, "facility", "feeds"), message=message)


RULE = Rule(
    severity="high",
    clauses=(cite("seed", "power", "seed"), cite("gb50174", "annex A, class A", "secondary")),
    fix="connect a second station, and name both under `feeds`",
    passes="sites: {tianfu: {facility: {feeds: [tianfu-1, tianfu-3]}}}",
    fails="sites: {tianfu: {facility: {feeds: [tianfu-1]}}}",
    find=find,
)
