"""No database has a public address."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.resources.facts import Database, Member
from tricenter.policies.resources.graph import Graph
from tricenter.policies.resources.say import require
from tricenter.policies.resources.values import UNKNOWN
from tricenter.policies.rule import Finding, Rule


def find(graph: Graph) -> Iterator[Finding]:
    """Databases that the whole internet can try to enter."""
    for fact in (*graph.of(Database), *graph.of(Member)):
        private = fact.public if fact.public in (None, UNKNOWN) else not fact.public
        yield from require(fact, private, "has a public address", "whether it has a public address")


RULE = Rule(
    about="resource",
    severity="critical",
    clauses=(cite("practice"),),
    fix="give it private addresses only (publiclyAccessible: false, ipv4Enabled: false)",
    also_in=(
        "RDS.2",
        "CKV_AWS_17",
        "CKV_GCP_60",
    ),
    passes="""
- type: aws:rds/instance:Instance
  name: orders
  props:
    publiclyAccessible: false
""",
    fails="""
- type: aws:rds/instance:Instance
  name: orders
  props:
    publiclyAccessible: true
""",
    find=find,
)
