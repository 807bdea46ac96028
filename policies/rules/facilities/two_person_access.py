"""Two persons together enter the inner zone of every site."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.buildings import buildings, not_stated
from tricenter.policies.rule import Finding, Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Buildings whose machines one person reaches alone."""
    for site, building in buildings(facts):
        two = building.security.two_person
        if two is None:
            yield not_stated(
                site, "security.two_person", "whether the inner zone needs two persons"
            )
        elif not two:
            message = f"one person alone reaches the machines of {site}"
            path = ("sites", site, "facility", "security", "two_person")
            yield Finding(path=path, message=message)


RULE = Rule(
    severity="medium",
    clauses=(cite("seed", "physical security", "seed"),),
    fix="let the inner zone open to two persons together",
    passes="sites: {tianfu: {facility: {security: {two_person: true}}}}",
    fails="sites: {tianfu: {facility: {security: {two_person: false}}}}",
    find=find,
)
