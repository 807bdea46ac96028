"""Every backup ships the log, so that any moment can be restored."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.rule import Finding, Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Backups that bring back the moment of a snapshot alone."""
    for name, backup in sorted(facts.topology.backups.items()):
        if backup.log is None:
            message = f"{name} ships no log: what was written since its last backup is lost"
            yield Finding(path=("backups", name, "log"), at="key", message=message)


RULE = Rule(
    severity="high",
    clauses=(cite("aws-rel", "REL09-BP01"),),
    fix="state the longest time that shipping may take as `log: {ship: 15min}`",
    also_in=(
        "AWS Config DYNAMODB_PITR_ENABLED",
        "Security Hub DynamoDB.2",
        "CKV_AWS_28 (DynamoDB)",
        "CKV_AWS_165 (DynamoDB)",
        "CKV2_GCP_20 (MySQL)",
        "prowler dynamodb_tables_pitr_enabled",
        "AVD-AWS-0024 (DynamoDB)",
        "APRL e544520b (Cosmos DB)",
    ),
    passes="{backups: {nightly: {log: {ship: 5min}}}}",
    fails="{backups: {nightly: {log: null}}}",
    find=find,
)
