"""Each public name answers with at least two addresses."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.rule import Finding, Rule
from tricenter.topology.zone import answers

LEAST = 2


def find(facts: Facts) -> Iterator[Finding]:
    """Names whose only address is a single point of failure."""
    for label in sorted(facts.topology.dns.records):
        found = [a for addresses in answers(facts.topology, label).values() for a in addresses]
        if len(found) < LEAST:
            message = f"{label} has only the address {found[0]}: when it is down, nothing answers"
            path = ("dns", "records", label, "answers")
            yield Finding(path=path, at="key", message=message)


RULE = Rule(
    severity="critical",
    clauses=(cite("seed", "DNS", "seed"),),
    fix="give the record addresses of every site under `answers`",
    also_in=("APRL 5b422a7f (Traffic Manager)",),
    passes="dns: {records: {api: {answers: null, rules: null, allocate: 2}}}",
    fails=(
        "dns: {records: {api: {answers: {binjiang: [203.0.113.11], xihu: null, tianfu: "
        "null}, rules: null}}}"
    ),
    find=find,
)
