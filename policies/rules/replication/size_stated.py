"""Every database states how large it may be."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.rule import Finding, Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Databases whose restore nobody can say the time of."""
    for name, database in sorted(facts.topology.databases.items()):
        if database.size is None:
            message = f"the size of {name} is not stated, so no time of a restore follows from it"
            yield Finding(path=("databases", name, "size"), at="key", message=message)


RULE = Rule(
    severity="low",
    clauses=(cite("practice", confidence="practice"),),
    fix="state the most data that it holds, as in `size: 200GiB`",
    passes="databases: {ledger-a: {size: 200GiB}}",
    fails="databases: {ledger-a: {size: null}}",
    find=find,
)
