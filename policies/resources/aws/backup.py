"""AWS Backup: vaults, their locks, plans and what they are for."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from tricenter.policies.resources.backup_facts import (
    Condition,
    Kept,
    OptIn,
    Schedule,
    Selection,
    Vault,
    VaultLock,
)
from tricenter.policies.resources.facts import Fact, Tags
from tricenter.policies.resources.resource import Resource
from tricenter.policies.resources.schedules import hours_between
from tricenter.policies.resources.values import (
    UNKNOWN,
    Known,
    as_flag,
    as_number,
    as_text,
    each,
    holds_unknown,
    text_or_unknown,
    walk,
)

DAY = 24.0
TAG = "aws:ResourceTag/"
"""What stands before the key of a tag in a condition."""
FORMS = ("stringEquals", "stringNotEquals", "stringLike", "stringNotLike")


def vault(made: Resource) -> Iterator[Fact]:
    """A vault; what locks it is another resource."""
    yield Vault(
        place=made.place,
        title=f"backup vault {made.name}",
        identities=made.identities("name"),
        arn=made.arn("backup", "backup-vault:", "name"),
        locked=None,
        key=made.link("kmsKeyArn"),
        own_key=made.read("kmsKeyArn") is not None,
    )


def gapped(made: Resource) -> Iterator[Fact]:
    """A logically air-gapped vault: locked by what it is."""
    yield Vault(
        place=made.place,
        title=f"backup vault {made.name}",
        identities=made.identities("name"),
        arn=made.arn("backup", "backup-vault:", "name"),
        locked=True,
        least=made.number("minRetentionDays"),
        most=made.number("maxRetentionDays"),
    )


def lock(made: Resource) -> Iterator[Fact]:
    """What makes a vault's backups undeletable: for good once the days are over in which it may be
    changed. Without such days, in governance mode, whoever has the right takes it away again.

    https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html (2026-11-30)
    """
    days = made.read("changeableForDays")
    yield VaultLock(
        place=made.place,
        title=f"lock {made.name}",
        vault=made.link("backupVaultName"),
        final=UNKNOWN if days is UNKNOWN else days is not None,
        least=made.number("minRetentionDays"),
        most=made.number("maxRetentionDays"),
    )


def plan(made: Resource) -> Iterator[Fact]:
    """One schedule for each rule of a plan."""
    rules = made.read("rules")
    for rule in (UNKNOWN,) if rules is UNKNOWN else each(rules):
        yield Schedule(
            place=made.place,
            title=f"rule {_name(rule)} of backup plan {made.name}",
            identities=made.identities("name"),
            hours=_hours(rule),
            kept=_kept(made, rule, "targetVaultName"),
            copies=_copies(made, rule),
            continuous=_continuous(rule),
        )


def selection(made: Resource) -> Iterator[Fact]:
    """What a plan is for."""
    yield Selection(
        place=made.place,
        title=f"backup selection {made.name}",
        plan=made.link("planId"),
        resources=made.links("resources"),
        tags=_tags(made),
        conditions=_conditions(made),
        not_resources=made.links("notResources"),
    )


def region_settings(made: Resource) -> Iterator[Fact]:
    """Which services the region's backup plans are for."""
    yield OptIn(place=made.place, title=f"settings {made.name}", services=_services(made))


def _services(made: Resource) -> Known[tuple[tuple[str, bool], ...]]:
    given = made.read("resourceTypeOptInPreference")
    if given is UNKNOWN or holds_unknown(given):
        return UNKNOWN
    chosen = cast(Mapping[str, Any], given or {})
    return tuple((name, as_flag(said) is True) for name, said in chosen.items())


def _name(rule: object) -> str:
    found = walk(rule, "ruleName")
    return "?" if found is UNKNOWN or found is None else str(found)


def _hours(rule: object) -> Known[float] | None:
    """Hours between two backups; without a schedule the service makes one every day at five."""
    written = as_text(walk(rule, "schedule")) if rule is not UNKNOWN else UNKNOWN
    return DAY if written is None else hours_between(written)


def _continuous(rule: object) -> Known[bool]:
    said = as_flag(walk(rule, "enableContinuousBackup")) if rule is not UNKNOWN else UNKNOWN
    return False if said is None else said


def _kept(made: Resource, block: object, path: str) -> Kept:
    """Where the backups of a rule go, or those of a copy of it, and for how long."""
    link = made.named(text_or_unknown(walk(block, path)), made.uses.get("rules", ()))
    if block is UNKNOWN:
        return Kept(vault=link, days=UNKNOWN, cold=UNKNOWN)
    return Kept(
        vault=link,
        days=_days(walk(block, "lifecycle.deleteAfter")),
        cold=_days(walk(block, "lifecycle.coldStorageAfter")),
    )


def _days(value: object) -> Known[float] | None:
    """Days; none for 0 and below, by which the API and the provider say that there is no end."""
    days = as_number(value)
    return days if days is UNKNOWN or days is None or days > 0 else None


def _copies(made: Resource, rule: object) -> tuple[Kept, ...]:
    actions = walk(rule, "copyActions") if rule is not UNKNOWN else UNKNOWN
    if actions is UNKNOWN:
        return (_kept(made, UNKNOWN, "destinationVaultArn"),)
    return tuple(_kept(made, one, "destinationVaultArn") for one in each(actions))


def _tags(made: Resource) -> Known[Tags]:
    found: list[tuple[str, str]] = []
    given = made.read("selectionTags")
    if given is UNKNOWN:
        return UNKNOWN
    for tag in each(given):
        key, value = walk(tag, "key"), walk(tag, "value")
        if key is UNKNOWN or value is UNKNOWN:
            return UNKNOWN
        found.append((str(key).removeprefix(TAG), str(value)))
    return tuple(found)


def _conditions(made: Resource) -> Known[tuple[Condition, ...]]:
    """The conditions on tags, in the four forms that there are."""
    given = made.read("conditions")
    if given is UNKNOWN or holds_unknown(given):
        return UNKNOWN
    return tuple(
        Condition(
            key=str(walk(one, "key")).removeprefix(TAG),
            value=str(walk(one, "value")),
            like="Like" in form,
            negated="Not" in form,
        )
        for block in each(given)
        for form in FORMS
        for one in each(walk(block, form))
    )


READS = {
    "aws:backup/vault:Vault": vault,
    "aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault": gapped,
    "aws:backup/vaultLockConfiguration:VaultLockConfiguration": lock,
    "aws:backup/plan:Plan": plan,
    "aws:backup/selection:Selection": selection,
    "aws:backup/regionSettings:RegionSettings": region_settings,
}
