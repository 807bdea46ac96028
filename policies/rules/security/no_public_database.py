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
        "AWS Config RDS_INSTANCE_PUBLIC_ACCESS_CHECK",
        "RDS.2",
        "CKV_AWS_17",
        "CKV_GCP_60",
        "prowler rds_instance_no_public_access",
        "prowler cloudsql_instance_public_ip",
        "prowler cloudsql_instance_private_ip_assignment",
        "AWSGuard rds-instance-public-access",
        "compliance-policies aws-rds-instance-disallow-public-access",
        "compliance-policies aws-rds-clusterinstance-disallow-public-access",
        "AVD-AWS-0180",
        "AVD-GCP-0017",
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
