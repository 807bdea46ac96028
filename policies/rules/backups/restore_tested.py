"""Restores of every backup are tested on a schedule."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.rule import Finding, Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Backups that nobody has ever seen restored."""
    for name, backup in sorted(facts.topology.backups.items()):
        if backup.restore_test is None:
            message = f"no restore of {name} is tested, so nobody knows that it can be restored"
            yield Finding(path=("backups", name, "restore_test"), at="key", message=message)


RULE = Rule(
    severity="high",
    clauses=(
        cite("dora", "art. 12(2)"),
        cite("nydfs", "500.16(d)(2)", "secondary"),
        cite("3-2-1-1-0", "0 errors", "secondary"),
    ),
    fix="state `restore_test`, such as weekly",
    also_in=(
        "AWS Config RDS_MEETS_RESTORE_TIME_TARGET",
        "AWS Config AURORA_MEETS_RESTORE_TIME_TARGET",
        "Backup Audit Manager RESTORE_TIME_FOR_RESOURCES_MEET_TARGET",
    ),
    passes="backups: {nightly: {restore_test: monthly}}",
    fails="backups: {nightly: {restore_test: null}}",
    find=find,
)
