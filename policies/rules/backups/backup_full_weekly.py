"""A full backup is made at least once a week."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.rule import Finding, Rule
from tricenter.topology.schedule_gaps import longest_gap
from tricenter.topology.units import format_duration

LONGEST = 7 * 86400.0


def find(facts: Facts) -> Iterator[Finding]:
    """Schedules whose full backups are further apart."""
    for name, backup in sorted(facts.topology.backups.items()):
        gap = longest_gap(backup.schedule.full, None)
        if gap > LONGEST:
            message = f"full backups of {name} are up to {format_duration(gap)} apart"
            yield Finding(path=("backups", name, "schedule", "full"), message=message)


RULE = Rule(
    severity="high",
    clauses=(cite("gbt20988", "level 1", "secondary"),),
    fix="schedule a full backup every week, such as `0 2 * * 0`",
    passes='backups: {nightly: {schedule: {full: "30 1 * * 0"}}}',
    fails='backups: {nightly: {schedule: {full: "0 2 1 * *"}}}',
    find=find,
)
