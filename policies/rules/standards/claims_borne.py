"""No level of a standard is claimed above what the evidence bears."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.rule import Finding, Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Claims of the spec, for all of it or for a site's building, that its grade does not reach."""
    # Grading asks the rules, of which this is one: it is imported once all of them are there.
    from tricenter.policies.grades.claims import claimed_path, judge_claims

    for grade in judge_claims(facts):
        unknown = grade.level is None and grade.certainty == "not checkable"
        whose = f"{grade.site} claims" if grade.site else "the topology claims"
        reached = f"{grade.level} is what the evidence bears" if grade.level else "none is reached"
        misses = "; ".join(one.asks for one in grade.misses[:3])
        more = "" if len(grade.misses) <= 3 else f"; and {len(grade.misses) - 3} more"
        message = (
            f"{whose} {grade.claimed} of {grade.title} ({grade.edition}), and "
            + ("nothing here can tell" if unknown else reached)
            + (f"; for more it lacks: {misses}{more}" if misses and not unknown else "")
        )
        yield Finding(
            path=claimed_path(grade),
            message=message,
            verdict="unknown" if unknown else "violation",
        )


RULE = Rule(
    severity="high",
    clauses=(
        cite("gbt20988", "annex A, levels", "secondary"),
        cite("gb50174", "annex A, classes", "secondary"),
    ),
    fix="claim the level that `tricenter grade` finds, or build what it says is missing",
    passes="standards: {gbt20988: 5}",
    fails="standards: {gbt20988: 6}",
    find=find,
)
