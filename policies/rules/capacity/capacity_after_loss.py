"""After each loss every site carries what it is left to lead."""

from collections.abc import Iterator
from itertools import chain

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.promises import broken_promises
from tricenter.policies.rule import Finding, Rule
from tricenter.policies.rules.capacity import each_center_carries_all, remote_carries_all


def find(facts: Facts) -> Iterator[Finding]:
    """Sites that a loss overloads, without those that are too small for their kind of site."""
    plain = chain(each_center_carries_all.find(facts), remote_carries_all.find(facts))
    said = {finding.path[1] for finding in plain if finding.path}
    for finding in broken_promises(facts, "capacity-after-loss"):
        if finding.path and finding.path[1] not in said:
            yield finding


RULE = Rule(
    severity="high",
    clauses=(cite("seed", "each able to take over the other", "seed"),),
    fix="enlarge the site, or spread the databases so that another one takes some over",
    passes="""
sites: {tianfu: {capacity: {tps: 6000, connections: 1200}}}
""",
    fails="""
cities: {xian: {at: [34.27, 108.95]}}
sites:
  tianfu: {capacity: {tps: 4000, connections: 1200}}
  weiyang: {city: xian, capacity: {tps: 4000, connections: 1200}}
witnesses: {wuhan: {at: [30.59, 114.31]}}
databases:
  ledger-a: {replicas: {weiyang: {}}}
  ledger-b: {replicas: {weiyang: {}}}
""",
    find=find,
)
