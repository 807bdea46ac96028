"""What a person approves does not happen before."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.promises import broken_promises
from tricenter.policies.rule import Finding, Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Failovers that nothing holds back until a person has decided."""
    yield from broken_promises(facts, "approval-possible")


RULE = Rule(
    severity="high",
    clauses=(cite("patroni"),),
    fix=r"write \`automatic\`, which is what happens",
    passes="failover: {lose-city: {mode: approve, decide: 10min}}",
    fails="failover: {lose-site: {mode: approve, decide: 5s}}",
    find=find,
)
