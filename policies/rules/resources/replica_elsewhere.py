"""A database has a replica, or copies of its backups, in another region."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.resources.answers import elsewhere
from tricenter.policies.resources.graph import Graph
from tricenter.policies.resources.say import against, unknown
from tricenter.policies.resources.values import UNKNOWN
from tricenter.policies.rule import Finding, Rule


def find(graph: Graph) -> Iterator[Finding]:
    """Databases of which everything is in one region."""
    for unit in graph.units():
        if unit.first.place.drill:
            continue
        answer = elsewhere(graph, unit)
        if answer is UNKNOWN:
            yield unknown(unit.first, "whether anything of it is in another region")
        elif not answer:
            region = unit.first.place.region
            where = f"region {region}" if isinstance(region, str) else "one region"
            message = f"and all of its backups are in {where}: losing that loses them all"
            yield against(unit.first, message)


RULE = Rule(
    about="resource",
    scope="stack",
    severity="high",
    clauses=(
        cite("seed", confidence="seed"),
        cite("aws-rel", "REL10-BP01"),
        cite("nist-800-53", "CP-6"),
    ),
    fix="add a replica in another region, or copy the backups there",
    also_in=(
        "AWS Config RDS_RESOURCES_PROTECTED_BY_BACKUP_PLAN (crossRegionList)",
        "AWS Config S3_BUCKET_CROSS_REGION_REPLICATION_ENABLED (buckets)",
        "S3.7 (buckets)",
        "CKV_AWS_144 (buckets)",
        "prowler s3_bucket_cross_region_replication (buckets)",
        "compliance-policies aws-s3-bucket-enable-replication-configuration (buckets)",
        "CKV_AZURE_102 (PostgreSQL of Azure)",
        "CKV_AZURE_136 (PostgreSQL of Azure)",
        "prowler postgresql_flexible_server_geo_redundant_backup_enabled",
        "APRL 31f4ac4b (PostgreSQL of Azure)",
        "APRL 43663217 (Cosmos DB)",
    ),
    passes="""
- type: aws:rds/instance:Instance
  name: orders
  props:
    region: eu-west-1
    identifier: orders
- type: aws:rds/instance:Instance
  name: copy
  props:
    region: eu-central-1
    replicateSourceDb: arn:aws:rds:eu-west-1:123456789012:db:orders
""",
    fails="""
- type: aws:rds/instance:Instance
  name: orders
  props:
    region: eu-west-1
""",
    find=find,
)
