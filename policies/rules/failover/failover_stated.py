"""Who decides is stated for the loss of a site, of a city and of everything."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.losses import LOSSES, loss_words, unspoken
from tricenter.policies.rule import Finding, Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Losses for which the spec says neither `automatic` nor `approve`."""
    for kind in LOSSES:
        missing = unspoken(facts, kind, facts.topology.failover)
        if missing:
            message = f"nobody says who decides when {loss_words(kind)} ({', '.join(missing)})"
            yield Finding(path=("failover", kind), at="key", message=message)


RULE = Rule(
    severity="high",
    clauses=(cite("practice", "who decides is agreed before the loss", "practice"),),
    fix="add the loss under `failover`, `automatic` or `mode: approve` with a time to decide",
    also_in=("APRL 0f838324 (SQL of Azure; by hand)",),
    passes="failover: {lose-all: {mode: approve, decide: 30min}}",
    fails="failover: {lose-all: null}",
    find=find,
)
