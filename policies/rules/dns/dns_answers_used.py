"""Each site of a city that a public name is answered from is in one of its orders."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.public_names import answering_sites
from tricenter.policies.rule import Finding, Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Sites whose addresses no rule ever hands out, though it falls back to their city."""
    topology = facts.topology
    for label in sorted(topology.dns.records):
        record = topology.dns.records[label]
        if not record.rules:
            continue
        used = {site for rule in record.rules for step in rule.order for site in step}
        cities = {topology.sites[site].city for site in used}
        for site in answering_sites(topology, label):
            # A city that no order reaches is the rule's dns-fallback-order.
            if site not in used and topology.sites[site].city in cities:
                path = ("dns", "records", label, "answers", site)
                message = f"no rule of {label} names {site}, so its addresses are never answered"
                yield Finding(path=path, at="key", message=message)


RULE = Rule(
    severity="medium",
    clauses=(cite("seed", "DNS", "seed"), cite("practice")),
    fix="name the site in an `order`, or take its addresses away",
    passes='dns: {records: {api: {rules: [{geo: "*", order: [[binjiang, xihu], tianfu]}]}}}',
    fails='dns: {records: {api: {rules: [{geo: "*", order: [binjiang, tianfu]}]}}}',
    find=find,
)
