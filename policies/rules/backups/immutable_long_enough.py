"""The lock of a backup lasts at least seven days."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.rule import Finding, Rule
from tricenter.topology.units import format_duration

LEAST = 7 * 86400.0


def find(facts: Facts) -> Iterator[Finding]:
    """Locks that end before anybody notices that the data was spoiled."""
    for name, backup in sorted(facts.topology.backups.items()):
        if backup.immutable is not None and backup.immutable < LEAST:
            lock = format_duration(backup.immutable)
            message = f"the lock of {name} ends after {lock}, before a quiet intruder is noticed"
            yield Finding(path=("backups", name, "immutable"), message=message)


RULE = Rule(
    severity="medium",
    clauses=(cite("practice", "7 days"),),
    fix="lock it for at least 7d",
    also_in=(
        "AWS Config RDS_RESOURCES_PROTECTED_BY_BACKUP_PLAN (minRetentionDays)",
        "prowler cloudstorage_bucket_sufficient_retention_period",
    ),
    passes="backups: {nightly: {immutable: 7d}}",
    fails="backups: {nightly: {immutable: 1d}}",
    find=find,
)
