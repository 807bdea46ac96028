"""The remote sites together carry the whole load."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.centers import home_city, remote_sites
from tricenter.policies.notions.loads import CAPACITIES, load_of
from tricenter.policies.rule import Finding, Rule
from tricenter.topology.forecast.words import join


def find(facts: Facts) -> Iterator[Finding]:
    """What is too little of the remote sites, at the largest of them."""
    topology, away = facts.topology, remote_sites(facts.topology)
    for key in CAPACITIES:
        has = {site: getattr(topology.sites[site].capacity, key) for site in away}
        needed = load_of(topology, topology.databases, key)
        if away and sum(has.values()) < needed:
            verb = "carries" if len(away) == 1 else "carry"
            message = (
                f"{join(away)} {verb} {sum(has.values())} of the {needed} {key} that remain to be "
                f"served when {home_city(topology)} is lost"
            )
            largest = max(away, key=has.__getitem__)
            yield Finding(path=("sites", largest, "capacity", key), message=message)


RULE = Rule(
    severity="high",
    clauses=(
        cite("gbt20988", "level 6, the same processing power", "background"),
        cite("seed", confidence="seed"),
    ),
    fix="enlarge the remote site, or waive with what is served there and what is not",
    also_in=(
        "APRL 587ca3e4 (by hand)",
        "APRL 820b4c0c (SAP; by hand)",
    ),
    passes="sites: {tianfu: {capacity: {tps: 5500, connections: 800}}}",
    fails="sites: {tianfu: {capacity: {tps: 600, connections: 1200}}}",
    find=find,
)
