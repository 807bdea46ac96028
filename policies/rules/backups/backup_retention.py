"""Backups of at least the last seven days are kept."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.rule import Finding, Rule

LEAST = 7


def find(facts: Facts) -> Iterator[Finding]:
    """Backups that are gone before a mistake of last week is found."""
    for name, backup in sorted(facts.topology.backups.items()):
        daily = backup.keep.daily
        if daily < LEAST:
            message = f"{name} keeps {daily} daily backups: what was lost earlier stays lost"
            yield Finding(path=("backups", name, "keep", "daily"), message=message)


RULE = Rule(
    severity="high",
    clauses=(cite("practice", "7 days"), cite("aws-rel", "REL09-BP01")),
    fix="keep at least 7 daily backups",
    also_in=(
        "AWS Config BACKUP_PLAN_MIN_FREQUENCY_AND_MIN_RETENTION_CHECK (35 days)",
        "AWS Config BACKUP_RECOVERY_POINT_MINIMUM_RETENTION_CHECK (35 days)",
        "RDS.11",
        "prowler recovery_vault_backup_policy_retention_adequate (30 days)",
        "prowler vm_sufficient_daily_backup_retention_period",
        "AWSGuard rds-instance-backup-enabled (backupRetentionPeriod)",
        "compliance-policies aws-rds-instance-configure-backup-retention (3 days)",
        "compliance-policies aws-rds-cluster-configure-backup-retention (3 days)",
        "AVD-AWS-0077 (more than 1 day)",
    ),
    passes="backups: {nightly: {keep: {daily: 14}}}",
    fails="backups: {nightly: {keep: {daily: 3}}}",
    find=find,
)
