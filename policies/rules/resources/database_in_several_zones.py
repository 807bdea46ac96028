"""A database goes on when a zone is lost."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.resources.answers import in_zones
from tricenter.policies.resources.graph import Graph
from tricenter.policies.resources.say import against, unknown
from tricenter.policies.resources.values import UNKNOWN
from tricenter.policies.rule import Finding, Rule


def find(graph: Graph) -> Iterator[Finding]:
    """Databases of which no copy spans two zones."""
    for unit in graph.units():
        spans = [in_zones(unit, copy) for copy in unit.copies]
        if unit.first.place.drill or True in spans or all(one is None for one in spans):
            continue
        if UNKNOWN in spans or unit.open_ended:
            yield unknown(unit.first, "in how many zones it is")
        else:
            yield against(unit.first, "is in one zone, and lost with it")


RULE = Rule(
    about="resource",
    scope="stack",
    severity="high",
    clauses=(
        cite("aws-rel", "REL10-BP01"),
        cite("seed", confidence="seed"),
    ),
    fix="let the service keep a standby in another zone, or add a member there",
    also_in=(
        "AWS Config RDS_MULTI_AZ_SUPPORT",
        "AWS Config RDS_CLUSTER_MULTI_AZ_ENABLED",
        "RDS.5",
        "RDS.15",
        "CKV_AWS_157",
        "CKV_AZURE_229 (SQL of Azure)",
        "prowler rds_instance_multi_az",
        "prowler rds_cluster_multi_az",
        "prowler cloudsql_instance_high_availability_enabled",
        "AWSGuard rds-instance-multi-az-enabled",
        "compliance-policies aws-rds-cluster-disallow-single-availability-zone",
        "APRL c0085c32 (SQL of Azure)",
        "APRL ca87914f (PostgreSQL of Azure)",
        "Trusted Advisor f2iK5R6Dep",
    ),
    passes="""
- type: aws:rds/instance:Instance
  name: orders
  props:
    multiAz: true
""",
    fails="""
- type: aws:rds/instance:Instance
  name: orders
  props:
    multiAz: false
""",
    find=find,
)
