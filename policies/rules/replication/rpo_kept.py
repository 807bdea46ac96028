"""Every stated RPO is what the forecast can promise."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.promises import broken_promises
from tricenter.policies.rule import Finding, Rule


def find(facts: Facts) -> Iterator[Finding]:
    """RPOs below the upper end of what may be lost."""
    yield from broken_promises(facts, "rpo-kept")


RULE = Rule(
    severity="critical",
    clauses=(
        cite("gbt20988", "RPO of the levels", "secondary"),
        cite("bank-2011", "art. 25"),
    ),
    fix="state the loss that is forecast, or replicate and ship the log so that less is lost",
    passes="objectives: {lose-city: {rpo: 15min}}",
    fails="objectives: {lose-city: {rpo: 1min}}",
    find=find,
)
