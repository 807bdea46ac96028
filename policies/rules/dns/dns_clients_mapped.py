"""Each place that a rule names has client subnets on the lab."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.rule import Finding, Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Rules that no client can meet: the lab knows where a client is by `dns.clients` alone."""
    if facts.target != "lab":
        return
    known = facts.topology.dns.clients
    for label, record in sorted(facts.topology.dns.records.items()):
        for index, rule in enumerate(record.rules):
            for place, geo in enumerate(rule.geo):
                if geo != "*" and geo not in known:
                    path = ("dns", "records", label, "rules", index, "geo", place)
                    message = f"no subnet of {geo} is known, so no client of the lab gets this rule"
                    yield Finding(path=path, message=message)


RULE = Rule(
    severity="low",
    clauses=(cite("practice"),),
    fix="give the subnets of the place under `dns.clients`",
    passes=(
        'dns: {records: {api: {rules: [{geo: [SG], order: [binjiang, tianfu]}, {geo: "*", '
        "order: [xihu, tianfu]}]}}}"
    ),
    fails=(
        'dns: {records: {api: {rules: [{geo: [FR], order: [binjiang, tianfu]}, {geo: "*", '
        "order: [xihu, tianfu]}]}}}"
    ),
    find=find,
)
