"""Every partner receives transactions as they happen."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.rule import Finding, Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Partners that lack what was written since they last got something."""
    for name, partner in sorted(facts.topology.partners.items()):
        if not partner.stream:
            at = "value" if "stream" in partner.model_fields_set else "key"
            message = f"{name} does not receive transactions as they happen, so its copies lag"
            yield Finding(path=("partners", name, "stream"), at=at, message=message)


RULE = Rule(
    severity="low",
    clauses=(cite("seed", "last resort", "seed"),),
    fix="agree on a stream of transactions, and write `stream: true`",
    passes="partners: {bank-1: {stream: true}}",
    fails="partners: {bank-1: {stream: false}}",
    find=find,
)
