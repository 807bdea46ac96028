"""A backup, full or incremental, is made at least once a day."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.rule import Finding, Rule
from tricenter.policies.rules.backups.backup_full_weekly import LONGEST as WEEK
from tricenter.topology.schedule_gaps import longest_gap
from tricenter.topology.units import format_duration

LONGEST = 26 * 3600.0
"""Seconds: a day, and room for full backups that start at another hour than the others."""


def find(facts: Facts) -> Iterator[Finding]:
    """Schedules that leave out a day."""
    for name, backup in sorted(facts.topology.backups.items()):
        full, incremental = backup.schedule.full, backup.schedule.incremental
        gap = longest_gap(full, incremental)
        # Full backups that are too rare are the rule's backup-full-weekly.
        if gap > LONGEST and longest_gap(full, None) <= WEEK:
            key = "full" if incremental is None else "incremental"
            message = f"backups of {name} are up to {format_duration(gap)} apart"
            yield Finding(path=("backups", name, "schedule", key), message=message)


RULE = Rule(
    severity="high",
    clauses=(cite("gbt20988", "level 4", "background"), cite("aws-rel", "REL09-BP03")),
    fix="schedule an incremental backup for the days without a full one",
    also_in=(
        "AWS Config BACKUP_PLAN_MIN_FREQUENCY_AND_MIN_RETENTION_CHECK",
        "AWS Config RDS_LAST_BACKUP_RECOVERY_POINT_CREATED",
        "Backup Audit Manager BACKUP_LAST_RECOVERY_POINT_CREATED",
    ),
    passes='backups: {nightly: {schedule: {full: "0 2 * * *", incremental: null}}}',
    fails='backups: {nightly: {schedule: {full: "0 2 * * 0", incremental: null}}}',
    find=find,
)
