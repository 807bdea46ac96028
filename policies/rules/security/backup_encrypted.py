"""A backup vault is encrypted with a key of one's own."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.resources.backup_facts import Vault
from tricenter.policies.resources.graph import Graph
from tricenter.policies.resources.say import require
from tricenter.policies.rule import Finding, Rule


def find(graph: Graph) -> Iterator[Finding]:
    """Vaults under the service's own key, whose backups cannot be copied into another account."""
    for vault in graph.kept(Vault):
        if vault.place.type == "aws:backup/vault:Vault":
            message = "uses the service's own key: its backups can be copied into no other account"
            yield from require(vault, vault.own_key, message, "its key")


RULE = Rule(
    about="resource",
    severity="medium",
    clauses=(cite("aws-rel", "REL09-BP02"),),
    fix="name a key of your own (kmsKeyArn)",
    also_in=(
        "AWS Config BACKUP_RECOVERY_POINT_ENCRYPTED",
        "AWS Config RDS_SNAPSHOT_ENCRYPTED (snapshots)",
        "Security Hub Backup.1",
        "RDS.4 (snapshots)",
        "CKV_AWS_166",
        "CKV_AWS_245",
        "prowler backup_vaults_encrypted",
        "prowler backup_recovery_point_encrypted",
    ),
    passes="""
- type: aws:backup/vault:Vault
  name: main
  props:
    kmsKeyArn: arn:aws:kms:eu-west-1:123456789012:key/1
""",
    fails="""
- type: aws:backup/vault:Vault
  name: main
""",
    find=find,
)
