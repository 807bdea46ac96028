"""The loss of a site, of a city and of everything has an RPO and an RTO."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.losses import LOSSES, loss_words, unspoken
from tricenter.policies.rule import Finding, Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Losses that the spec has no objective for."""
    for kind in LOSSES:
        missing = unspoken(facts, kind, facts.topology.objectives)
        if missing:
            message = (
                f"what may be lost and how long it may take when {loss_words(kind)} is not "
                f"stated ({', '.join(missing)})"
            )
            yield Finding(path=("objectives", kind), at="key", message=message)


RULE = Rule(
    severity="high",
    clauses=(
        cite("nydfs", "500.13"),
        cite("bank-2011", "art. 25"),
        cite("aws-rel", "REL13-BP01", "secondary"),
    ),
    fix="add the loss under `objectives` with `rpo` and `rto`",
    passes="objectives: {lose-all: {rpo: 15min, rto: 8h}}",
    fails="objectives: {lose-all: null}",
    find=find,
)
