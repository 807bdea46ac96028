"""The loss of a site is drilled every year, and the last drill was passed."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.drill_ages import YEAR, allowed_age, judge_class, special_classes
from tricenter.policies.rule import Finding, Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Intervals beyond a year, and classes with an interval of their own that were not drilled."""
    for kind in special_classes(facts.topology):
        path = ("drills", "max_age", kind)
        yield from allowed_age(facts, path, YEAR)
        if kind in facts.topology.drills.max_age:
            for verdict, said in judge_class(facts, kind, facts.topology.drills.max_age[kind]):
                yield Finding(path=path, message=said, verdict=verdict)


RULE = Rule(
    severity="high",
    clauses=(cite("bank-2010", "art. 34, special drills"), cite("dora", "art. 11(6)", "secondary")),
    fix="state at most 1y under `drills.max_age`; keep the record of a drill of it, as the "
    "drill wrote it and signed where `drills.signers` names keys",
    also_in=("APRL c300e949 (SAP; by hand)",),
    passes="drills: {max_age: {lose-site: 1y}}",
    fails="drills: {max_age: {lose-site: 2y}}",
    find=find,
)
