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
    also_in=("AVD-AWS-0024", "CKV_AWS_28", "CKV2_GCP_20"),
    passes="{backups: {nightly: {log: {ship: 5min}}}}",
    fails="{backups: {nightly: {log: null}}}",
    find=find,
)
