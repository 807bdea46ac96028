"""Cloud Storage: buckets."""

from collections.abc import Iterator

from tricenter.policies.resources.facts import Bucket, Fact
from tricenter.policies.resources.resource import Resource


def bucket(made: Resource) -> Iterator[Fact]:
    """A bucket; a locked retention policy keeps its objects from everybody."""
    yield Bucket(
        place=made.place,
        title=f"bucket {made.name}",
        identities=made.identities("name", "url"),
        versioned=made.flag("versioning.enabled"),
        locked=made.flag("retentionPolicy.isLocked"),
    )


READS = {"gcp:storage/bucket:Bucket": bucket}
