"""After a single loss at most 30 minutes of writes are lost, and service is back in 4 hours."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.losses import SINGLE_LOSSES
from tricenter.policies.rule import Finding, Rule
from tricenter.topology.scenario_ids import split_scenario
from tricenter.topology.units import format_duration

MOST = {"rpo": 30 * 60.0, "rto": 4 * 3600.0}
"""Seconds, of important business (document 104 of 2011, article 25)."""


def find(facts: Facts) -> Iterator[Finding]:
    """Objectives of single losses that ask for less."""
    for key, aim in facts.topology.objectives.items():
        for word, most in MOST.items() if split_scenario(key)[0] in SINGLE_LOSSES else ():
            stated = getattr(aim, word)
            if stated > most:
                message = (
                    f"{format_duration(stated)} is more than the {format_duration(most)} that "
                    "important business of a bank is allowed"
                )
                yield Finding(path=("objectives", key, word), message=message)


RULE = Rule(
    severity="high",
    clauses=(cite("bank-2011", "art. 25"), cite("mas-trm", "4 hours", "secondary")),
    fix="lower the objective and what it rests on, or waive with the kind of business",
    passes="objectives: {lose-city: {rpo: 30min, rto: 4h}}",
    fails="objectives: {lose-city: {rpo: 1h, rto: 4h}}",
    find=find,
)
