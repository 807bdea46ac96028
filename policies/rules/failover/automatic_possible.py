"""What is automatic can happen by itself."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.promises import broken_promises
from tricenter.policies.rule import Finding, Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Failovers that the voices or the copies left cannot decide."""
    yield from broken_promises(facts, "automatic-possible")


RULE = Rule(
    severity="critical",
    clauses=(cite("gbt20988", "level 6, automatic switch-over", "background"), cite("patroni")),
    fix=(
        "write `mode: approve` with a time to decide; or add the witnesses that are missing, and "
        "let commits wait for voters outside of what is lost (`acks`)"
    ),
    passes="failover: {lose-site: automatic}",
    fails="failover: {lose-city: automatic}",
    find=find,
)
