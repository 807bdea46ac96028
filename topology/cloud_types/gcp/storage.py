"""Cloud Storage and its transfers."""

from tricenter.topology.cloud_types.row import Again, ByAsking, ByName, CloudType, Listing

TYPES = (
    CloudType(
        type="gcp:storage/bucket:Bucket",
        kind="bucket",
        holds="cold copies and the log of databases",
        known=ByName(id="{name}"),
        removal="storage rm --recursive gs://{name}",
        listing=Listing(service="STORAGE", path="b?project={project}", member="items"),
    ),
    CloudType(
        type="gcp:storage/bucketIAMMember:BucketIAMMember",
        known=Again(why="who has a role has it still"),
    ),
    CloudType(
        type="gcp:storage/bucketObject:BucketObject",
        known=ByName(id="{bucket}-{name}"),
    ),
    CloudType(
        type="gcp:storage/transferJob:TransferJob",
        endpoint="STORAGE_TRANSFER",
        known=ByAsking(look="transfer"),
    ),
)
