"""A database that is deleted leaves a last backup."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.resources.facts import Database
from tricenter.policies.resources.graph import Graph
from tricenter.policies.resources.say import require
from tricenter.policies.rule import Finding, Rule


def find(graph: Graph) -> Iterator[Finding]:
    """Databases whose deletion leaves nothing to restore."""
    for database in graph.kept(Database):
        message = "leaves no last backup when it is deleted"
        yield from require(
            database, database.final_snapshot, message, "whether a last backup stays"
        )


RULE = Rule(
    about="resource",
    severity="high",
    clauses=(
        cite("nist-800-53", "CP-9"),
        cite("practice"),
    ),
    fix="have a final snapshot made (RDS), or the final backup or all backups kept (Cloud SQL)",
    also_in=("cfn-lint I3011",),
    passes="""
- type: aws:rds/instance:Instance
  name: orders
  props:
    skipFinalSnapshot: false
""",
    fails="""
- type: aws:rds/instance:Instance
  name: orders
  props:
    skipFinalSnapshot: true
""",
    find=find,
)
