"""AlloyDB."""

from tricenter.topology.cloud_types.row import ByName, CloudType, Listing

TYPES = (
    CloudType(
        type="gcp:alloydb/backup:Backup",
        holds="a backup of a database",
    ),
    CloudType(
        type="gcp:alloydb/cluster:Cluster",
        kind="alloydb cluster",
        holds="the storage of an AlloyDB database in one region",
        known=ByName(id="projects/{project}/locations/{location}/clusters/{clusterId}"),
        removal="alloydb clusters delete {name} --region {place} --force",
        listing=Listing(
            service="ALLOYDB",
            path="projects/{project}/locations/{place}/clusters",
            member="clusters",
            by="region",
        ),
    ),
    CloudType(
        type="gcp:alloydb/instance:Instance",
        holds="a site's copy of an AlloyDB database",
        known=ByName(id="{cluster}/instances/{instanceId}"),
    ),
    CloudType(
        type="gcp:alloydb/user:User",
        known=ByName(id="{cluster}/users/{userId}"),
    ),
)
