"""A database can be restored to any moment."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.resources.facts import Database
from tricenter.policies.resources.graph import Graph
from tricenter.policies.resources.say import require
from tricenter.policies.rule import Finding, Rule


def find(graph: Graph) -> Iterator[Finding]:
    """Databases that only whole backups are made of."""
    for database in graph.kept(Database):
        message = "can be restored only as it was at a backup, not to a moment"
        yield from require(database, database.point_in_time, message, "whether its log is kept")


RULE = Rule(
    about="resource",
    severity="high",
    clauses=(
        cite("nist-800-53", "CP-9"),
        cite("aws-rel", "REL09-BP01"),
    ),
    fix="turn point-in-time recovery on",
    also_in=(
        "AWS Config DYNAMODB_PITR_ENABLED",
        "Security Hub DynamoDB.2",
        "CKV_AWS_28 (DynamoDB)",
        "CKV_AWS_165 (DynamoDB)",
        "CKV2_GCP_20 (MySQL)",
        "prowler dynamodb_tables_pitr_enabled",
        "prowler cloudsql_instance_automated_backups",
        "AVD-AWS-0024 (DynamoDB)",
        "APRL e544520b (Cosmos DB)",
    ),
    passes="""
- type: aws:dynamodb/table:Table
  name: carts
  props:
    pointInTimeRecovery:
      enabled: true
""",
    fails="""
- type: aws:dynamodb/table:Table
  name: carts
""",
    find=find,
)
