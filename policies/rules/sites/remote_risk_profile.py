"""The remote city shares no natural hazard with the home city."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.centers import home_city, remote_sites
from tricenter.policies.rule import Finding, Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Hazards that strike both cities; cities of which the spec says nothing are unknown."""
    topology, home = facts.topology, home_city(facts.topology)
    others = sorted({topology.sites[site].city for site in remote_sites(topology)})
    if not others:
        return
    for city in (home, *others):
        if "hazards" not in topology.cities[city].model_fields_set:
            message = f"the hazards of {city} are not stated (`hazards: []` where there are none)"
            yield Finding(path=("cities", city), at="key", message=message, verdict="unknown")
    for city in others:
        for index, hazard in enumerate(topology.cities[city].hazards):
            if hazard in topology.cities[home].hazards:
                message = f"{hazard} threatens {city} and {home} alike"
                yield Finding(path=("cities", city, "hazards", index), message=message)


RULE = Rule(
    severity="high",
    clauses=(
        cite("bank-2010", "art. 3(4)"),
        cite("dora-rts", "art. 24(2), of central counterparties"),
    ),
    fix="choose a city of another risk profile, or waive with the reason",
    passes="cities: {chengdu: {hazards: [earthquake]}, hangzhou: {hazards: [typhoon]}}",
    fails="cities: {chengdu: {hazards: [earthquake, typhoon]}}",
    find=find,
)
