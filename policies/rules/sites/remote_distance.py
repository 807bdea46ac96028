"""The remote center is hundreds of kilometres away from the home city."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.centers import home_city, remote_sites
from tricenter.policies.rule import Finding, Rule
from tricenter.topology.links import distance_km

LEAST_KM = 300
"""Kilometres; document 114 says "generally hundreds", Pigsty's documentation 300 (uncited)."""


def find(facts: Facts) -> Iterator[Finding]:
    """Cities of remote sites that one regional disaster takes together with the home city."""
    topology = facts.topology
    home = home_city(topology)
    for city in sorted({topology.sites[site].city for site in remote_sites(topology)}):
        away = distance_km(topology.cities[home].at, topology.cities[city].at)
        if away < LEAST_KM:
            message = f"{city} is {away:.0f} km from {home}; at least {LEAST_KM} km are asked for"
            yield Finding(path=("cities", city, "at"), message=message)


RULE = Rule(
    severity="high",
    clauses=(cite("bank-2010", "art. 3(4)"), cite("practice", "300 km", "secondary")),
    fix="put the remote site into a city further away, or waive with the reason",
    passes="cities: {chengdu: {at: [30.57, 104.07]}}",
    fails="cities: {chengdu: {at: [31.23, 121.47]}}",
    find=find,
)
