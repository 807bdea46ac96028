"""A copy of every backup is out of reach of those who operate the sites."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.rule import Finding, Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Backups that one operator's credentials can delete everywhere."""
    topology = facts.topology
    for name, backup in sorted(topology.backups.items()):
        vaults = [place for place in backup.copies if place in topology.vaults]
        # Without a vault at all the rule backup-offline-copy speaks.
        if vaults and not any((topology.vaults[vault].account or "").strip() for vault in vaults):
            message = f"whoever operates the sites can delete {name} in {vaults[0]} as well"
            path = ("vaults", vaults[0], "account")
            yield Finding(path=path, at="key", message=message)


RULE = Rule(
    severity="high",
    clauses=(cite("dora", "art. 12(3)"), cite("aws-rel", "REL09-BP02")),
    fix="name who alone can delete from the vault as its `account`",
    also_in=(
        "Backup Audit Manager BACKUP_RESOURCES_PROTECTED_BY_CROSS_ACCOUNT",
        "AWS Config RDS_RESOURCES_PROTECTED_BY_BACKUP_PLAN (crossAccountList)",
    ),
    passes="vaults: {cold-vault: {account: auditor}}",
    fails="vaults: {cold-vault: {account: null}}",
    find=find,
)
