"""Every stated RTO is what the forecast can promise."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.promises import broken_promises
from tricenter.policies.rule import Finding, Rule


def find(facts: Facts) -> Iterator[Finding]:
    """RTOs below the longest gap that clients may see."""
    yield from broken_promises(facts, "rto-kept")


RULE = Rule(
    severity="critical",
    clauses=(cite("bank-2011", "art. 25"), cite("mas-trm", "4 hours", "secondary")),
    fix="state the gap that is forecast, or shorten the longest part of it",
    passes="objectives: {lose-site: {rto: 45s}}",
    fails="objectives: {lose-site: {rto: 10s}}",
    find=find,
)
