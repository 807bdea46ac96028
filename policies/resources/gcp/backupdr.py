"""Google's Backup and DR: vaults and plans."""

from collections.abc import Iterator

from tricenter.policies.resources.backup_facts import Kept, Schedule, Selection, Vault
from tricenter.policies.resources.facts import Fact
from tricenter.policies.resources.resource import Resource
from tricenter.policies.resources.values import UNKNOWN, Known, as_number, as_text, each, walk

SECONDS_A_DAY = 86_400
DAYS = {"DAILY": 24.0, "WEEKLY": 168.0, "MONTHLY": 744.0, "YEARLY": 8928.0}


def vault(made: Resource) -> Iterator[Fact]:
    """A vault: nothing in it can be deleted before the retention that it enforces."""
    kept = made.read("backupMinimumEnforcedRetentionDuration")
    yield Vault(
        place=made.place,
        title=f"backup vault {made.name}",
        identities=made.identities("backupVaultId", "name"),
        locked=UNKNOWN if kept is UNKNOWN else kept is not None,
        least=_days(made.text("backupMinimumEnforcedRetentionDuration")),
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
            kept=Kept(
                vault=made.link("backupVault"),
                days=UNKNOWN if rule is UNKNOWN else as_number(walk(rule, "backupRetentionDays")),
            ),
            of_databases=False,
        )


def association(made: Resource) -> Iterator[Fact]:
    """What a plan is for: one resource each."""
    resource = made.link("resource")
    yield Selection(
        place=made.place,
        title=f"backups of {made.name}",
        plan=made.link("backupPlan"),
        resources=() if resource is None else (resource,),
    )


def _days(duration: Known[str] | None) -> Known[float] | None:
    if duration is None or duration is UNKNOWN:
        return duration
    return float(duration.removesuffix("s")) / SECONDS_A_DAY


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
    "gcp:backupdisasterrecovery/backupPlanAssociation:BackupPlanAssociation": association,
}
