"""Every backup is locked for some time: nobody can delete it sooner."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.rule import Finding, Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Backups that stolen credentials delete together with the data."""
    for name, backup in sorted(facts.topology.backups.items()):
        if backup.immutable is None:
            message = f"{name} can be deleted at any time, by a mistake or by an intruder"
            yield Finding(path=("backups", name, "immutable"), at="key", message=message)


RULE = Rule(
    severity="critical",
    clauses=(cite("3-2-1-1-0", "1 immutable", "secondary"), cite("aws-rel", "REL09-BP02")),
    fix="state how long as `immutable`, such as 30d",
    also_in=(
        "Backup Audit Manager BACKUP_RESOURCES_PROTECTED_BY_BACKUP_VAULT_LOCK",
        "AWS Config RDS_RESOURCES_PROTECTED_BY_BACKUP_PLAN (backupVaultLockCheck)",
        "AWS Config BACKUP_RECOVERY_POINT_MANUAL_DELETION_DISABLED",
        "AWS Config EBS_RESOURCES_IN_LOGICALLY_AIR_GAPPED_VAULT",
        "AWS Config S3_BUCKET_DEFAULT_LOCK_ENABLED",
        "S3.15",
        "CKV_AWS_143",
        "CKV2_GCP_4 (buckets of logs)",
        "prowler s3_bucket_object_lock",
        "prowler cloudstorage_bucket_log_retention_policy_lock (buckets of logs)",
    ),
    passes="backups: {nightly: {immutable: 14d}}",
    fails="backups: {nightly: {immutable: null}}",
    find=find,
)
