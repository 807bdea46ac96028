"""AWS KMS: keys, without which backups are noise."""

from collections.abc import Iterator

from tricenter.policies.resources.facts import Fact, Key
from tricenter.policies.resources.resource import Resource

DAYS_TO_END = 30.0
"""What the service waits where nothing is said. Checked 2026-11-25:
https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html"""


def key(made: Resource) -> Iterator[Fact]:
    """A key."""
    yield Key(
        place=made.place,
        title=f"key {made.name}",
        identities=made.identities("keyId"),
        days_to_end=made.number("deletionWindowInDays", DAYS_TO_END),
    )


READS = {"aws:kms/key:Key": key, "aws:kms/replicaKey:ReplicaKey": key}
