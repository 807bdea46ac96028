"""Backup schedules as AWS Backup writes them: six cron fields, and days of retention. Pure."""

from dataclasses import dataclass

from tricenter.components.aws.deployment import days
from tricenter.topology.errors import TricenterError
from tricenter.topology.plan import PlannedBackup
from tricenter.topology.shipments import by_aws_backup

DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
WEEK, MONTH = 7, 31
LONGEST_CONTINUOUS = 35
"""Days that a continuous backup is kept, at most (checked 2026-11-24).

https://docs.aws.amazon.com/aws-backup/latest/devguide/point-in-time-recovery.html
"""
RESTORE_TESTS = {"daily": "? * *", "weekly": "? * MON", "monthly": "2 * ?"}
"""Days of a restore test, as the cron fields from day of month to day of week."""
HOURS_TO_TEST = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of a backup plan: when, for how many days, and whether it also keeps the log."""

    name: str
    schedule: str
    keep_days: int
    continuous: bool = False


def backup_rules(backup: PlannedBackup, *, production: bool) -> tuple[Rule, ...]:
    """The rules of one schedule: sons, fathers and grandfathers.

    Nothing is kept for less than it is immutable: a locked vault refuses such a copy. A drill
    keeps everything for a day. What the log ships continuously is kept with the sons, as long as
    AWS can.
    """
    least = days(backup.immutable or 0)

    def keep(wanted: int) -> int:
        return max(wanted, least, 1) if production else 1

    sons = keep(backup.daily)
    minute, hour = backup.full.split()[:2]
    fathers = backup.full if backup.incremental else f"{minute} {hour} * * 0"
    rules = [
        Rule(
            name="daily",
            schedule=aws_cron(by_aws_backup(backup.full, backup.incremental).starts[0]),
            keep_days=sons,
            continuous=backup.ship is not None and sons <= LONGEST_CONTINUOUS,
        )
    ]
    if backup.weekly or backup.incremental:
        kept = keep(backup.weekly * WEEK or backup.daily)
        rules.append(Rule(name="weekly", schedule=aws_cron(fathers), keep_days=kept))
    if backup.monthly:
        first = aws_cron(f"{minute} {hour} 1 * *")
        rules.append(Rule(name="monthly", schedule=first, keep_days=keep(backup.monthly * MONTH)))
    return tuple(rules)


def restore_test_cron(backup: PlannedBackup) -> str:
    """When a restore is tested: some hours after the backup that it is to restore."""
    minute, hour = (int(field) if field.isdigit() else 0 for field in backup.full.split()[:2])
    return (
        f"cron({minute} {(hour + HOURS_TO_TEST) % 24} {RESTORE_TESTS[backup.restore_test or '']} *)"
    )


def aws_cron(cron: str) -> str:
    """A cron text of five fields as AWS writes it; raises TricenterError where it cannot.

    AWS counts days of the week from 1, wants `?` for the day that does not matter, and knows no
    "this day of the month or that day of the week" (checked 2026-11-24).
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cron-expressions.html
    """
    minute, hour, day, month, weekday = cron.split()
    if day != "*" and weekday != "*":
        raise TricenterError(
            f"backups: schedule {cron!r} names days of the month and of the week; AWS Backup "
            f"takes one of both: write two schedules"
        )
    if weekday == "*":
        return (
            f"cron({_steps(minute, 0)} {_steps(hour, 0)} {_steps(day, 1)} {_steps(month, 1)} ? *)"
        )
    named = ",".join(DAYS[number] for number in _weekdays(weekday))
    return f"cron({_steps(minute, 0)} {_steps(hour, 0)} ? {_steps(month, 1)} {named} *)"


def _steps(field: str, first: int) -> str:
    return f"{first}{field[1:]}" if field.startswith("*/") else field


def _weekdays(field: str) -> list[int]:
    """The days of the week of a cron field, Sunday is 0."""
    found: set[int] = set()
    for part in field.split(","):
        days_of, _, step = part.partition("/")
        low, _, high = days_of.partition("-")
        first = 0 if low == "*" else _weekday(low)
        last = 6 if low == "*" or (step and not high) else _weekday(high or low)
        last = 7 if first and last == 0 else last
        found |= {number % 7 for number in range(first, last + 1, int(step or 1))}
    return sorted(found)


def _weekday(text: str) -> int:
    return DAYS.index(text.upper()[:3]) if text.isalpha() else int(text)
