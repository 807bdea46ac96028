"""On a cloud every database states its version of PostgreSQL."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.rule import Finding, Rule
from tricenter.topology.placement import clouds_of


def find(facts: Facts) -> Iterator[Finding]:
    """Databases whose version is left to a default; the lab runs the one that is installed."""
    if not clouds_of(facts.target):
        return
    for name, database in sorted(facts.topology.databases.items()):
        if database.version is None:
            message = (
                f"the version of {name} is left to each target's default, so its copies change "
                "with a default and not by a decision"
            )
            yield Finding(path=("databases", name, "version"), at="key", message=message)


RULE = Rule(
    severity="medium",
    clauses=(cite("practice", "one version of all copies", "practice"),),
    fix='state it, as in `version: "16"`',
    passes="""
sites: {binjiang: {gcp: null}, xihu: {gcp: null}, tianfu: {gcp: null}}
databases: {ledger-a: {version: "16.8"}, ledger-b: {version: "16.8"}}
""",
    fails="""
sites: {binjiang: {gcp: null}, xihu: {gcp: null}, tianfu: {gcp: null}}
databases: {ledger-a: {version: "16.8"}}
""",
    find=find,
)
