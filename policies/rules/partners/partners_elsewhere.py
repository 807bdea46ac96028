"""No partner keeps its copies in the home city."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.centers import home_city
from tricenter.policies.notions.places import is_placed
from tricenter.policies.rule import Finding, Rule
from tricenter.topology.links import city_around


def find(facts: Facts) -> Iterator[Finding]:
    """Partners that the loss of the home city takes too; unknown where one states no place."""
    topology = facts.topology
    home = home_city(topology)
    for name, partner in sorted(topology.partners.items()):
        if partner.site is not None:
            continue  # The rule partners-independent speaks.
        if not is_placed(partner):
            message = f"{name} does not say where it stands, so nobody knows what takes it"
            yield Finding(path=("partners", name), at="key", message=message, verdict="unknown")
        elif city_around(topology, partner) == home:
            key = "at" if partner.city is None else "city"
            message = f"{name} stands in {home}, so it is lost with the data that it insures"
            yield Finding(path=("partners", name, key), message=message)


RULE = Rule(
    severity="medium",
    clauses=(cite("seed", "last resort", "seed"),),
    fix="choose a partner of another city",
    passes="partners: {bank-1: {at: null, city: chengdu}}",
    fails="partners: {bank-1: {at: null, city: hangzhou}}",
    find=find,
)
