"""Where nothing may be lost, a commit waits for a replica."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.rule import Finding, Rule
from tricenter.topology.forecast.findings import concerned
from tricenter.topology.forecast.words import join


def find(facts: Facts) -> Iterator[Finding]:
    """Asynchronous databases whose leader falls in a loss that has an RPO of zero."""
    topology = facts.topology
    for name in sorted(topology.databases):
        if topology.databases[name].commit.mode != "async":
            continue
        keys = [key for key, aim in topology.objectives.items() if aim.rpo == 0]
        lost = [key for key in keys if _leader_falls(facts, key, name)]
        if lost:
            message = (
                f"{name} acknowledges commits that no replica has, and the RPO of {join(lost)} "
                "is 0s"
            )
            yield Finding(path=("databases", name, "commit", "mode"), message=message)


def _leader_falls(facts: Facts, key: str, database: str) -> bool:
    scenarios = concerned(facts.forecast, facts.topology.objectives, key)
    return any(scenario.database(database).promotes for scenario in scenarios)


RULE = Rule(
    severity="critical",
    clauses=(cite("gbt20988", "level 6, no loss", "background"), cite("patroni")),
    fix="commit by `quorum` or `sync` with voters outside of what is lost, or state an RPO",
    passes="databases: {ledger-a: {commit: {mode: sync, acks: 1}}}",
    fails="""
databases:
  ledger-a:
    commit: {mode: async, acks: null}
    replicas: {xihu: {voter: null}, tianfu: {voter: null}}
""",
    find=find,
)
