"""Cloud KMS: keys, without which backups are noise."""

from collections.abc import Iterator

from tricenter.policies.resources.facts import Fact, Key
from tricenter.policies.resources.resource import Resource
from tricenter.policies.resources.values import UNKNOWN, Known

SECONDS_A_DAY = 86_400
DAYS_TO_END = 30.0
"""What the service waits where nothing is said. Checked 2026-11-25:
https://cloud.google.com/kms/docs/destroy-restore"""


def key(made: Resource) -> Iterator[Fact]:
    """A key."""
    yield Key(
        place=made.place,
        title=f"key {made.name}",
        identities=made.identities("name"),
        days_to_end=_days(made),
    )


def _days(made: Resource) -> Known[float]:
    found = made.text("destroyScheduledDuration")
    if found is None or found is UNKNOWN:
        return DAYS_TO_END if found is None else UNKNOWN
    return float(found.removesuffix("s")) / SECONDS_A_DAY


READS = {"gcp:kms/cryptoKey:CryptoKey": key}
