"""Every database is in a backup with a schedule."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.rule import Finding, Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Databases that nothing brings back after a mistake: a replica repeats it at once."""
    topology = facts.topology
    saved = {database for backup in topology.backups.values() for database in backup.of}
    for name in sorted(topology.databases.keys() - saved):
        message = (
            f"no backup has {name}: a dropped table, or the data of lost sites, is gone for good"
        )
        yield Finding(path=("databases", name), at="key", message=message)


RULE = Rule(
    severity="critical",
    clauses=(
        cite("gbt20988", "level 1", "secondary"),
        cite("nist-800-53", "CP-9"),
        cite("aws-rel", "REL09-BP01"),
    ),
    fix="name the database in `of` of a backup",
    also_in=(
        "AWS Config RDS_RESOURCES_PROTECTED_BY_BACKUP_PLAN",
        "AWS Config AURORA_RESOURCES_PROTECTED_BY_BACKUP_PLAN",
        "AWS Config RDS_IN_BACKUP_PLAN",
        "Backup Audit Manager BACKUP_RESOURCES_PROTECTED_BY_BACKUP_PLAN",
        "RDS.11",
        "RDS.26",
        "CKV_AWS_133 (passes when unset)",
        "CKV2_AWS_8",
        "CKV_GCP_14",
        "prowler rds_instance_backup_enabled",
        "prowler rds_instance_protected_by_backup_plan",
        "prowler rds_cluster_protected_by_backup_plan",
        "prowler cloudsql_instance_automated_backups",
        "AWSGuard rds-instance-backup-enabled",
        "compliance-policies aws-rds-instance-enable-backup-retention",
        "compliance-policies aws-rds-cluster-enable-backup-retention",
        "AVD-GCP-0024",
        "Trusted Advisor opQPADkZvH",
    ),
    passes="backups: {nightly: {of: [ledger-a, ledger-b]}}",
    fails="backups: {nightly: {of: [ledger-a]}}",
    find=find,
)
