"""Whoever is promoted without a person, the old leader cannot go on acknowledging."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.runtimes import is_own
from tricenter.policies.rule import Finding, Rule

CHANGES = ("lose-site", "isolate")


def find(facts: Facts) -> Iterator[Finding]:
    """Asynchronous databases of our own that change leaders by themselves.

    Patroni stops a leader that lost its lease unless it hangs, crashes or its machine is paused;
    a commit that waits for a voter fences it even then. Managed services have fences of their own.
    """
    for name, database in sorted(facts.topology.databases.items()):
        if database.commit.mode != "async" or not is_own(facts, name):
            continue
        entries = (s.database(name) for s in facts.forecast.scenarios if s.kind in CHANGES)
        if any(entry.promotes and entry.decides == "automatic" for entry in entries):
            message = (
                f"{name} gets a new leader without a person, and the old one, if its Patroni "
                "hangs, still acknowledges alone: two sites write"
            )
            yield Finding(path=("databases", name, "commit", "mode"), message=message)


RULE = Rule(
    severity="critical",
    clauses=(cite("patroni", "watchdog support"),),
    fix="commit by `quorum` or `sync`, or write `approve` for `lose-site` and for `isolate`",
    passes="databases: {ledger-a: {commit: {mode: sync, acks: 1}}}",
    fails="""
databases:
  ledger-a:
    commit: {mode: async, acks: null}
    replicas: {xihu: {voter: null}, tianfu: {voter: null}}
""",
    find=find,
)
