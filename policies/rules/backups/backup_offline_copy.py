"""A copy of every backup is in a vault, attached only while it is written."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.rule import Finding, Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Backups whose every copy is online in the sites."""
    topology = facts.topology
    for name, backup in sorted(topology.backups.items()):
        if not any(place in topology.vaults for place in backup.copies):
            places = ", ".join(backup.copies)
            message = f"{name} is in {places} alone: what takes the sites takes their backups"
            yield Finding(path=("backups", name, "copies"), at="key", message=message)


RULE = Rule(
    severity="high",
    clauses=(cite("seed", "cold backup", "seed"), cite("3-2-1-1-0", "1 offline", "secondary")),
    fix="add a vault under `vaults`, and name it last in `copies`",
    also_in=(
        "AWS Config AURORA_RESOURCES_IN_LOGICALLY_AIR_GAPPED_VAULT",
        "AWS Config EBS_RESOURCES_IN_LOGICALLY_AIR_GAPPED_VAULT",
    ),
    passes="vaults: {cold-vault: {medium: tape}}",
    fails="{backups: {nightly: {copies: [tianfu, xihu]}}, vaults: null}",
    find=find,
)
