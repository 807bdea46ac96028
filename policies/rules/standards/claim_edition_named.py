"""Who claims a level of a standard names the edition, and it is the one that is graded by."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.rule import Finding, Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Claims of the topology without an edition, and editions that nothing here grades by."""
    # As in claims_borne: the standards' files name rules.
    from tricenter.policies.grades.claims import claimed_by
    from tricenter.policies.standards import find_standards

    stated: dict[str, str] = {**facts.topology.standards.editions}
    for standard in find_standards():
        level, path = claimed_by(standard, facts.topology, None)
        edition = stated.get(standard.id)
        if level is None or not standard.has_editions:
            continue
        if edition is None:
            message = (
                f"level {level} of {standard.title} is claimed without its edition; it is graded "
                f"by {standard.edition}"
            )
            yield Finding(path=path, message=message)
        elif edition != standard.edition:
            message = (
                f"level {level} of {standard.title} is claimed by the edition {edition}, which is "
                f"not graded by here: {standard.edition} is"
            )
            where = ("standards", "editions", standard.id)
            yield Finding(path=where, message=message, verdict="unknown")


RULE = Rule(
    severity="low",
    clauses=(cite("gbt20988", "editions of 2007 and 2025", "secondary"),),
    fix='name the edition under `standards.editions`, such as `gbt20988: "2007"`',
    passes='standards: {gbt20988: 5, editions: {gbt20988: "2007", gb50174: "2017"}}',
    fails="standards: {gbt20988: 5, editions: null}",
    find=find,
)
