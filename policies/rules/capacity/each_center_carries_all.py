"""Each site of the home city carries the whole load of the city."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.centers import city_sites, home_city
from tricenter.policies.notions.loads import CAPACITIES, load_of
from tricenter.policies.rule import Finding, Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Capacities of city sites below what the city's databases need together."""
    topology, here = facts.topology, city_sites(facts.topology)
    led = [name for name, found in topology.databases.items() if found.prefer in here]
    for site in here:
        for key in CAPACITIES:
            has, needed = getattr(topology.sites[site].capacity, key), load_of(topology, led, key)
            if has < needed:
                message = (
                    f"{site} carries {has} {key}, and the databases of {home_city(topology)} "
                    f"need {needed} when it is the only one left"
                )
                yield Finding(path=("sites", site, "capacity", key), message=message)


RULE = Rule(
    severity="critical",
    clauses=(cite("seed", "each able to take over the other", "seed"),),
    fix="enlarge the site, or move a database to a pair of sites that can carry it",
    also_in=("APRL 587ca3e4 (by hand)",),
    passes="sites: {xihu: {capacity: {tps: 5500, connections: 800}}}",
    fails="sites: {xihu: {capacity: {tps: 4000, connections: 1200}}}",
    find=find,
)
