"""Amazon S3: buckets and what is said of them by other resources.

The provider's first version of a bucket has versioning inside, the later one beside it.
"""

from collections.abc import Iterator

from tricenter.policies.resources.facts import Bucket, BucketSetting, Fact
from tricenter.policies.resources.resource import Resource
from tricenter.policies.resources.values import UNKNOWN, as_flag


def bucket(made: Resource) -> Iterator[Fact]:
    """A bucket; object lock is versioning too."""
    inside = made.read("versioning.enabled")
    yield Bucket(
        place=made.place,
        title=f"bucket {made.name}",
        identities=made.identities("bucket"),
        versioned=made.flag("versioning.enabled") if inside is not None else None,
        locked=as_flag(made.read("objectLockEnabled")),
    )


def versioning(made: Resource) -> Iterator[Fact]:
    """The versioning of a bucket."""
    status = made.text("versioningConfiguration.status")
    yield BucketSetting(
        place=made.place,
        title=f"versioning {made.name}",
        bucket=made.link("bucket"),
        versioned=UNKNOWN if status is UNKNOWN else status == "Enabled",
    )


def object_lock(made: Resource) -> Iterator[Fact]:
    """The object lock of a bucket."""
    yield BucketSetting(
        place=made.place,
        title=f"object lock {made.name}",
        bucket=made.link("bucket"),
        locked=True,
    )


READS = {
    "aws:s3/bucket:Bucket": bucket,
    "aws:s3/bucketV2:BucketV2": bucket,
    "aws:s3/bucketVersioning:BucketVersioning": versioning,
    "aws:s3/bucketVersioningV2:BucketVersioningV2": versioning,
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": object_lock,
    "aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2": object_lock,
}
