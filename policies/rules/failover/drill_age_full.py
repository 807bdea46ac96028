"""A take-over by the remote center is drilled every three years, and the last was passed."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.drill_ages import (
    FULL,
    YEAR,
    allowed_age,
    judge_class,
    special_classes,
    take_over,
)
from tricenter.policies.rule import Finding, Rule
from tricenter.topology.scenario_ids import split_scenario


def find(facts: Facts) -> Iterator[Finding]:
    """An interval beyond three years, or a take-over that was not drilled within it."""
    path = ("drills", "max_age", FULL)
    yield from allowed_age(facts, path, 3 * YEAR)
    most, key = facts.topology.drills.max_age.get(FULL), take_over(facts.topology)
    if most is not None and not {key, split_scenario(key)[0]} & {*special_classes(facts.topology)}:
        for verdict, said in judge_class(facts, key, most):
            yield Finding(path=path, message=said, verdict=verdict)


RULE = Rule(
    severity="high",
    clauses=(cite("bank-2010", "art. 34, full drills"), cite("bank-2011", "art. 49")),
    fix="state at most 3y under `drills.max_age`; keep the record of a drill that loses the city, "
    "as the drill wrote it and signed where `drills.signers` names keys",
    also_in=(
        "prowler drs_job_exist (at any age)",
        "APRL 17e877f7 (Site Recovery)",
        "APRL c300e949 (SAP; by hand)",
    ),
    passes="drills: {max_age: {full: 3y}}",
    fails="drills: {max_age: {full: null}}",
    find=find,
)
