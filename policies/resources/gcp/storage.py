"""Cloud Storage: buckets."""

from collections.abc import Iterator

from tricenter.policies.resources.facts import Bucket, Fact
from tricenter.policies.resources.resource import Resource


def bucket(made: Resource) -> Iterator[Fact]:
    """A bucket; a locked retention policy keeps its objects from everybody.

    Under a retention nothing is overwritten or deleted, and Cloud Storage takes no versions beside
    it (checked 2026-11-30: https://docs.cloud.google.com/storage/docs/bucket-lock).
    """
    retained = made.read("retentionPolicy") is not None
    yield Bucket(
        place=made.place,
        title=f"bucket {made.name}",
        identities=made.identities("name", "url"),
        versioned=True if retained else made.flag("versioning.enabled"),
        locked=made.flag("retentionPolicy.isLocked"),
    )


READS = {"gcp:storage/bucket:Bucket": bucket}
