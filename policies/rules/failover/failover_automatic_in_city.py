"""The loss of a site of the home city needs no person."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.centers import city_sites
from tricenter.policies.notions.promises import broken_promises
from tricenter.policies.rule import Finding, Rule
from tricenter.topology.forecast.findings import concerned
from tricenter.topology.units import format_duration


def find(facts: Facts) -> Iterator[Finding]:
    """Losses of one site that wait for a decision although the other site is there.

    Where nothing holds the failover back, `approval-possible` says so, and no person is needed.
    """
    here = frozenset(city_sites(facts.topology))
    unheld = {finding.path for finding in broken_promises(facts, "approval-possible")}
    for key, failover in facts.topology.failover.items():
        path = ("failover", key, "mode")
        if failover.mode != "approve" or path in unheld:
            continue
        for scenario in concerned(facts.forecast, facts.topology.failover, key):
            lost = scenario.kind == "lose-site" and scenario.target in here
            if lost and here - set(scenario.domain):
                message = (
                    f"when {scenario.title}, the other site of the city waits "
                    f"{format_duration(failover.decide)} or more for a person"
                )
                yield Finding(path=path, message=message)
                break


ASYNC = """
databases:
  ledger-a:
    commit: {mode: async, acks: null}
    replicas: {xihu: {voter: null}, tianfu: {voter: null}}
  ledger-b:
    commit: {mode: async, acks: null}
    replicas: {binjiang: {voter: null}, tianfu: {voter: null}}
"""
RULE = Rule(
    severity="high",
    clauses=(cite("gbt20988", "level 6, automatic switch-over", "background"),),
    fix="write `lose-site: automatic`, with commits that a voter in the city has",
    also_in=(
        "prowler cloudsql_instance_high_availability_enabled",
        "APRL ca87914f (PostgreSQL of Azure)",
        "Trusted Advisor f2iK5R6Dep",
    ),
    passes="failover: {lose-site: automatic}",
    fails=ASYNC + "failover: {lose-site: {mode: approve, decide: 10min}}",
    find=find,
)
