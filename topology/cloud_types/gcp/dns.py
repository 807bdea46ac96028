"""Cloud DNS."""

from tricenter.topology.cloud_types.row import ByName, CloudType, Listing

TYPES = (
    CloudType(
        type="gcp:dns/managedZone:ManagedZone",
        kind="dns zone",
        known=ByName(id="projects/{project}/managedZones/{name}"),
        removal="dns managed-zones delete {name}",
        listing=Listing(
            service="DNS", path="projects/{project}/managedZones", member="managedZones"
        ),
    ),
    CloudType(
        type="gcp:dns/policy:Policy",
        known=ByName(id="projects/{project}/policies/{name}"),
    ),
    CloudType(
        type="gcp:dns/recordSet:RecordSet",
        known=ByName(id="projects/{project}/managedZones/{managedZone}/rrsets/{name}/{type}"),
    ),
)
