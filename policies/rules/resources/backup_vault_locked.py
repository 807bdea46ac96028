"""What is in a backup vault cannot be deleted before its time."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.resources.backup_facts import Vault, VaultLock
from tricenter.policies.resources.graph import Graph, leads_to
from tricenter.policies.resources.say import against, unknown
from tricenter.policies.resources.values import UNKNOWN
from tricenter.policies.rule import Finding, Rule


def find(graph: Graph) -> Iterator[Finding]:
    """Vaults that somebody with enough rights can empty."""
    locks = [lock for lock in graph.of(VaultLock) if lock.vault is not None]
    for vault in graph.kept(Vault):
        own = [lock.final for lock in locks if lock.vault and leads_to(lock.vault, vault)]
        if vault.locked is UNKNOWN or (UNKNOWN in own and True not in own):
            yield unknown(vault, "whether it is locked")
        elif not (vault.locked or True in own):
            if any(one.vault and one.vault.name is UNKNOWN and not one.vault.urns for one in locks):
                yield unknown(vault, "which vault a lock of the stack is for")
            elif own:
                yield against(vault, "has a lock that whoever takes the account takes away")
            else:
                yield against(vault, "is not locked: whoever takes the account deletes its backups")


RULE = Rule(
    about="resource",
    scope="stack",
    severity="high",
    clauses=(
        cite("3-2-1-1-0", confidence="secondary"),
        cite("bank-2010", "art. 7"),
    ),
    fix="lock the vault with changeableForDays, after which nobody can undo it "
    "(aws.backup.VaultLockConfiguration), or use one that enforces a retention",
    also_in=(
        "Backup Audit Manager BACKUP_RESOURCES_PROTECTED_BY_BACKUP_VAULT_LOCK",
        "AWS Config RDS_RESOURCES_PROTECTED_BY_BACKUP_PLAN (backupVaultLockCheck)",
        "AWS Config BACKUP_RECOVERY_POINT_MANUAL_DELETION_DISABLED",
        "APRL 9e39919b (vaults of Azure; 14 days)",
    ),
    passes="""
- type: aws:backup/vault:Vault
  name: main
  props:
    name: main
- type: aws:backup/vaultLockConfiguration:VaultLockConfiguration
  name: main
  props:
    backupVaultName: '@main'
    changeableForDays: 3
""",
    fails="""
- type: aws:backup/vault:Vault
  name: main
  props:
    name: main
""",
    find=find,
)
