"""Each public name has addresses in more than one city."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.public_names import answering_cities, answering_sites
from tricenter.policies.rule import Finding, Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Names whose sites all stand in one city."""
    topology = facts.topology
    if len({site.city for site in topology.sites.values()}) < 2:
        return  # Without a second city the rules about sites speak.
    for label in sorted(topology.dns.records):
        sites, cities = answering_sites(topology, label), answering_cities(topology, label)
        if len(sites) > 1 and len(cities) == 1:
            message = f"every address of {label} is in {cities[0]}, so it is lost with that city"
            path = ("dns", "records", label, "answers")
            yield Finding(path=path, at="key", message=message)


RULE = Rule(
    severity="high",
    clauses=(cite("seed", "DNS", "seed"), cite("bank-2010", "art. 7")),
    fix="add addresses of the remote site to `answers`, and name it last in every `order`",
    also_in=("APRL 1ad9d7b7 (Traffic Manager; switched off there)",),
    passes="dns: {records: {api: {answers: {xihu: null}, rules: null}}}",
    fails="dns: {records: {api: {answers: {tianfu: null}, rules: null}}}",
    find=find,
)
