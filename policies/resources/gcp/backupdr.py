"""Google's Backup and DR: vaults and plans."""

from collections.abc import Iterator

from tricenter.policies.resources.facts import Fact, Schedule, Vault
from tricenter.policies.resources.resource import Resource
from tricenter.policies.resources.values import UNKNOWN, Known, as_number, as_text, each, walk

DAYS = {"DAILY": 24.0, "WEEKLY": 168.0, "MONTHLY": 744.0, "YEARLY": 8928.0}


def vault(made: Resource) -> Iterator[Fact]:
    """A vault: nothing in it can be deleted before the retention that it enforces."""
    kept = made.read("backupMinimumEnforcedRetentionDuration")
    yield Vault(
        place=made.place,
        title=f"backup vault {made.name}",
        identities=made.identities("backupVaultId", "name"),
        locked=UNKNOWN if kept is UNKNOWN else kept is not None,
    )


def plan(made: Resource) -> Iterator[Fact]:
    """One schedule for each rule of a plan."""
    rules = made.read("backupRules")
    for rule in (UNKNOWN,) if rules is UNKNOWN else each(rules):
        yield Schedule(
            place=made.place,
            title=f"backup plan {made.name}",
            identities=made.identities("backupPlanId", "name"),
            hours=_hours(rule),
            vault=made.link("backupVault"),
            of_databases=False,
        )


def _hours(rule: object) -> Known[float] | None:
    kind = as_text(walk(rule, "standardSchedule.recurrenceType"))
    if kind is UNKNOWN or kind is None:
        return kind
    if kind == "HOURLY":
        return as_number(walk(rule, "standardSchedule.hourlyFrequency"))
    return DAYS.get(kind)


READS = {
    "gcp:backupdisasterrecovery/backupVault:BackupVault": vault,
    "gcp:backupdisasterrecovery/backupPlan:BackupPlan": plan,
}
