"""Workflows."""

from tricenter.topology.cloud_types.row import ByName, CloudType, Listing

TYPES = (
    CloudType(
        type="gcp:workflows/workflow:Workflow",
        kind="workflow",
        known=ByName(id="projects/{project}/locations/{region}/workflows/{name}"),
        removal="workflows delete {name} --location {place}",
        listing=Listing(
            service="WORKFLOWS",
            path="projects/{project}/locations/{place}/workflows",
            member="workflows",
            by="region",
        ),
    ),
)
