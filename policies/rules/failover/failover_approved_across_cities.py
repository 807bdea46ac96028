"""Where a person decides on the loss of a city or of everything, the time to decide is stated."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.losses import loss_words
from tricenter.policies.rule import Finding, Rule
from tricenter.topology.scenario_ids import split_scenario

ACROSS = ("lose-city", "lose-all")


def find(facts: Facts) -> Iterator[Finding]:
    """Approvals without a time; whether `automatic` can work says `automatic-possible`."""
    for key, failover in facts.topology.failover.items():
        kind, _ = split_scenario(key)
        if kind in ACROSS and failover.mode == "approve" and not failover.decide:
            message = (
                f"a person decides when {loss_words(kind)}, and nothing says within which time, "
                "so no RTO follows"
            )
            yield Finding(path=("failover", key, "decide"), at="key", message=message)


RULE = Rule(
    severity="high",
    clauses=(cite("bank-2011", "art. 25"), cite("practice", confidence="practice")),
    fix="write `{mode: approve, decide: 10min}` with the time that was drilled",
    passes="failover: {lose-city: {mode: approve, decide: 5min}}",
    fails="failover: {lose-city: {mode: approve, decide: null}}",
    find=find,
)
