"""A vault takes what a backup plan puts into it."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.resources.accepted import refused
from tricenter.policies.resources.backup_facts import Schedule
from tricenter.policies.resources.graph import Graph
from tricenter.policies.resources.say import against, unknown
from tricenter.policies.resources.values import UNKNOWN
from tricenter.policies.rule import Finding, Rule


def find(graph: Graph) -> Iterator[Finding]:
    """Rules of plans whose backups or copies the service refuses, each time that they run."""
    for schedule in graph.kept(Schedule):
        for reason in refused(graph, schedule):
            if reason is UNKNOWN:
                yield unknown(schedule, "whether its vaults take its backups")
            else:
                yield against(schedule, reason)


RULE = Rule(
    about="resource",
    scope="stack",
    severity="high",
    clauses=(
        cite("nist-800-53", "CP-9"),
        cite("aws-rel", "REL09-BP03"),
    ),
    fix="keep backups for as long as the vault's lock asks; continuous ones for 35 days at most, "
    "cold ones for 90 days more than they are warm",
    passes="""
- type: aws:backup/vault:Vault
  name: main
  props:
    name: main
- type: aws:backup/vaultLockConfiguration:VaultLockConfiguration
  name: main
  props:
    backupVaultName: main
    minRetentionDays: 30
    changeableForDays: 3
- type: aws:backup/plan:Plan
  name: daily
  props:
    rules:
    - ruleName: daily
      targetVaultName: main
      schedule: cron(0 2 * * ? *)
      lifecycle:
        deleteAfter: 35
""",
    fails="""
- type: aws:backup/vault:Vault
  name: main
  props:
    name: main
- type: aws:backup/vaultLockConfiguration:VaultLockConfiguration
  name: main
  props:
    backupVaultName: main
    minRetentionDays: 30
    changeableForDays: 3
- type: aws:backup/plan:Plan
  name: daily
  props:
    rules:
    - ruleName: daily
      targetVaultName: main
      schedule: cron(0 2 * * ? *)
      lifecycle:
        deleteAfter: 7
""",
    find=find,
)
