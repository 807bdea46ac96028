"""A database has more voters than a commit waits for."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.runtimes import is_own
from tricenter.policies.rule import Finding, Rule
from tricenter.topology.errors import Path
from tricenter.topology.forecast.words import join


def find(facts: Facts) -> Iterator[Finding]:
    """Databases of our own whose commits stop or weaken with the first voter lost."""
    for name, database in sorted(facts.topology.databases.items()):
        commit = database.commit
        voters = sorted(site for site, replica in database.replicas.items() if replica.voter)
        if commit.mode == "async" or len(voters) > commit.acks or not is_own(facts, name):
            continue
        path: Path = ("databases", name, "commit", "acks")
        if commit.acks > 1:
            message = (
                f"each commit of {name} waits for all of its voters, {join(voters)}: with one of "
                "them lost commits wait, and then wait for fewer"
            )
            yield Finding(path=path, message=message)
        else:
            then = "nothing is written" if commit.strict else "the leader acknowledges alone"
            message = f"{voters[0]} is the only voter of {name}: with it lost {then}"
            yield Finding(path=("databases", name, "replicas"), at="key", message=message)


RULE = Rule(
    severity="high",
    clauses=(cite("patroni", "quorum commit mode"), cite("practice", confidence="practice")),
    fix="make another replica a voter, or let a commit wait for fewer",
    passes="databases: {ledger-a: {commit: {mode: quorum, acks: 1}}}",
    fails="databases: {ledger-a: {commit: {mode: quorum, acks: 2}}}",
    find=find,
)
