"""A database has more voters than a commit waits for."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.rule import Finding, Rule
from tricenter.policies.runtimes import is_own
from tricenter.topology.errors import Path
from tricenter.topology.forecast.words import join


def find(facts: Facts) -> Iterator[Finding]:
    """Databases of our own whose commits stop or weaken with the first voter lost."""
    for name, database in sorted(facts.topology.databases.items()):
        commit = database.commit
        voters = sorted(site for site, replica in database.replicas.items() if replica.voter)
        if commit.mode == "async" or len(voters) > commit.acks or not is_own(facts, name):
            continue
        if commit.acks > 1:
            then, path = "commits wait, and then wait for fewer", ("commit", "acks")
        else:
            then = "nothing is written" if commit.strict else "the leader acknowledges alone"
            path = ("replicas",)
        message = (
            f"a commit waits for {commit.acks} of {commit.acks}, {join(voters)}: "
            f"with {'it' if commit.acks == 1 else 'one of them'} lost, {then}"
        )
        where: Path = ("databases", name, *path)
        yield Finding(path=where, at="key" if commit.acks == 1 else "value", message=message)


RULE = Rule(
    severity="high",
    clauses=(cite("patroni", "quorum commit mode"), cite("practice")),
    fix="make another replica a voter, or let a commit wait for fewer",
    passes="databases: {ledger-a: {commit: {mode: quorum, acks: 1}}}",
    fails="databases: {ledger-a: {commit: {mode: quorum, acks: 2}}}",
    find=find,
)
