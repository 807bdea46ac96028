"""Databases and disks are encrypted."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.resources.backup_facts import Volume
from tricenter.policies.resources.facts import Database, Group
from tricenter.policies.resources.graph import Graph
from tricenter.policies.resources.say import require
from tricenter.policies.rule import Finding, Rule


def find(graph: Graph) -> Iterator[Finding]:
    """Databases and disks whose medium shows what is in them."""
    for fact in (*graph.of(Database), *graph.of(Group), *graph.of(Volume)):
        yield from require(fact, fact.encrypted, "is not encrypted", "whether it is encrypted")


RULE = Rule(
    about="resource",
    severity="high",
    clauses=(cite("aws-sec", "SEC08-BP02", "background"),),
    fix="turn encryption on; an existing one is copied into one that has it",
    also_in=(
        "AWS Config RDS_STORAGE_ENCRYPTED",
        "AWS Config RDS_CLUSTER_ENCRYPTED_AT_REST",
        "AWS Config ENCRYPTED_VOLUMES",
        "RDS.3",
        "RDS.27",
        "EC2.3",
        "CKV_AWS_16",
        "CKV_AWS_96",
        "CKV_AWS_3",
        "prowler rds_instance_storage_encrypted",
        "prowler rds_cluster_storage_encrypted",
        "prowler ec2_ebs_volume_encryption",
        "AWSGuard rds-storage-encrypted",
        "AWSGuard encrypted-volumes",
        "compliance-policies aws-rds-instance-disallow-unencrypted-storage",
        "compliance-policies aws-rds-cluster-disallow-unencrypted-storage",
        "compliance-policies aws-ebs-volume-disallow-unencrypted-volume",
        "AVD-AWS-0026",
        "AVD-AWS-0079",
        "AVD-AWS-0080",
    ),
    passes="""
- type: aws:rds/instance:Instance
  name: orders
  props:
    storageEncrypted: true
""",
    fails="""
- type: aws:rds/instance:Instance
  name: orders
""",
    find=find,
)
