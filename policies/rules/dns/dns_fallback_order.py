"""Each rule of a public name falls back to a site in another city."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.public_names import answering_cities
from tricenter.policies.rule import Finding, Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Rules whose clients get no living address once one city is lost."""
    topology = facts.topology
    for label in sorted(topology.dns.records):
        if len(answering_cities(topology, label)) < 2:
            continue  # The rule dns-remote-answers speaks.
        for index, rule in enumerate(topology.dns.records[label].rules):
            cities = {topology.sites[site].city for step in rule.order for site in step}
            if len(cities) == 1:
                path = ("dns", "records", label, "rules", index, "order")
                message = (
                    f"clients of {rule.clients} are sent to {cities.pop()} alone, and lost with it"
                )
                yield Finding(path=path, message=message)


RULE = Rule(
    severity="high",
    clauses=(cite("seed", "DNS", "seed"), cite("aws-rel", "REL11")),
    fix="end the order with a site of another city",
    also_in=("Trusted Advisor b73EEdD790 (a primary has a secondary)",),
    passes='dns: {records: {api: {rules: [{geo: "*", order: [binjiang, xihu, tianfu]}]}}}',
    fails=(
        'dns: {records: {api: {rules: [{geo: [CN], order: [[binjiang, xihu]]}, {geo: "*", '
        "order: [[binjiang, xihu], tianfu]}]}}}"
    ),
    find=find,
)
