"""S3."""

from tricenter.topology.cloud_types.row import Again, ByName, CloudType

TYPES = (
    CloudType(
        type="aws:s3/bucket:Bucket",
        kind="s3",
        holds="cold copies and the log of databases",
        known=ByName(id="{bucket}"),
        removal="s3api delete-bucket --bucket {name}",
    ),
    CloudType(
        type="aws:s3/bucketNotification:BucketNotification",
        known=Again(why="a setting of its bucket"),
    ),
    CloudType(
        type="aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
        known=Again(why="a setting of its bucket"),
    ),
    CloudType(
        type="aws:s3/bucketObjectv2:BucketObjectv2",
        known=Again(why="the same bytes under the same key"),
    ),
    CloudType(
        type="aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        known=Again(why="a setting of its bucket"),
    ),
    CloudType(
        type="aws:s3/bucketPolicy:BucketPolicy",
        known=Again(why="a setting of its bucket"),
    ),
    CloudType(
        type="aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        known=Again(why="a setting of its bucket"),
    ),
    CloudType(
        type="aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        known=Again(why="a setting of its bucket"),
    ),
    CloudType(
        type="aws:s3/bucketV2:BucketV2",
        holds="cold copies and the log of databases",
    ),
    CloudType(
        type="aws:s3/bucketVersioning:BucketVersioning",
        known=Again(why="a setting of its bucket"),
    ),
)
