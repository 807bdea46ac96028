"""A database cannot be deleted by one call."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.resources.facts import Database, Group
from tricenter.policies.resources.graph import Graph
from tricenter.policies.resources.say import require
from tricenter.policies.rule import Finding, Rule


def find(graph: Graph) -> Iterator[Finding]:
    """Databases and their global clusters without deletion protection."""
    for fact in (*graph.kept(Database), *graph.kept(Group)):
        message = "has no deletion protection: one call deletes it"
        yield from require(fact, fact.deletion_protection, message, "its deletion protection")


RULE = Rule(
    about="resource",
    severity="high",
    clauses=(
        cite("nist-800-53", "CP-9"),
        cite("practice"),
    ),
    fix="turn deletion protection on",
    also_in=(
        "AWS Config RDS_CLUSTER_DELETION_PROTECTION_ENABLED",
        "AWS Config RDS_INSTANCE_DELETION_PROTECTION_ENABLED",
        "RDS.7",
        "RDS.8",
        "CKV_AWS_139",
        "CKV_AWS_293",
        "CKV_GCP_119 (Spanner)",
        "prowler rds_cluster_deletion_protection",
        "prowler rds_instance_deletion_protection",
        "AVD-AWS-0177",
        "AVD-AWS-0343",
    ),
    passes="""
- type: aws:rds/instance:Instance
  name: orders
  props:
    deletionProtection: true
""",
    fails="""
- type: aws:rds/instance:Instance
  name: orders
  props:
    deletionProtection: false
""",
    find=find,
)
