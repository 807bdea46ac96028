"""AWS Backup: vaults, their locks, plans and what they are for."""

from collections.abc import Iterator

from tricenter.policies.resources.facts import Fact, Link, Schedule, Selection, Vault, VaultLock
from tricenter.policies.resources.resource import Resource
from tricenter.policies.resources.schedules import hours_between
from tricenter.policies.resources.values import UNKNOWN, Known, as_text, each, text_or_unknown, walk


def vault(made: Resource) -> Iterator[Fact]:
    """A vault; what locks it is another resource."""
    yield Vault(
        place=made.place,
        title=f"backup vault {made.name}",
        identities=made.identities("name"),
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
        locked=True,
    )


def lock(made: Resource) -> Iterator[Fact]:
    """What makes a vault's backups undeletable."""
    yield VaultLock(place=made.place, title=f"lock {made.name}", vault=made.link("backupVaultName"))


def plan(made: Resource) -> Iterator[Fact]:
    """One schedule for each rule of a plan."""
    urns = made.uses.get("rules", ())
    rules = made.read("rules")
    for rule in (UNKNOWN,) if rules is UNKNOWN else each(rules):
        yield Schedule(
            place=made.place,
            title=f"rule {_name(rule)} of backup plan {made.name}",
            identities=made.identities("name"),
            hours=hours_between(as_text(walk(rule, "schedule"))),
            vault=Link(urns=urns, name=text_or_unknown(walk(rule, "targetVaultName"))),
            copies=_copies(rule, urns),
        )


def selection(made: Resource) -> Iterator[Fact]:
    """What a plan is for."""
    yield Selection(
        place=made.place,
        title=f"backup selection {made.name}",
        plan=made.link("planId"),
        resources=made.links("resources"),
        tags=_tags(made),
    )


def _name(rule: object) -> str:
    found = walk(rule, "ruleName")
    return "?" if found is UNKNOWN or found is None else str(found)


def _copies(rule: object, urns: tuple[str, ...]) -> tuple[Link, ...]:
    actions = walk(rule, "copyActions") if rule is not UNKNOWN else UNKNOWN
    if actions is UNKNOWN:
        return (Link(urns=urns, name=UNKNOWN),)
    named = (text_or_unknown(walk(one, "destinationVaultArn")) for one in each(actions))
    return tuple(Link(urns=urns, name=name) for name in named)


def _tags(made: Resource) -> Known[tuple[tuple[str, str], ...]]:
    found: list[tuple[str, str]] = []
    given = made.read("selectionTags")
    if given is UNKNOWN:
        return UNKNOWN
    for tag in each(given):
        key, value = walk(tag, "key"), walk(tag, "value")
        if key is UNKNOWN or value is UNKNOWN:
            return UNKNOWN
        found.append((str(key), str(value)))
    return tuple(found)


READS = {
    "aws:backup/vault:Vault": vault,
    "aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault": gapped,
    "aws:backup/vaultLockConfiguration:VaultLockConfiguration": lock,
    "aws:backup/plan:Plan": plan,
    "aws:backup/selection:Selection": selection,
}
