"""Eventarc."""

from tricenter.topology.cloud_types.row import ByName, CloudType, Listing

TYPES = (
    CloudType(
        type="gcp:eventarc/trigger:Trigger",
        kind="eventarc trigger",
        known=ByName(id="projects/{project}/locations/{location}/triggers/{name}"),
        removal="eventarc triggers delete {name} --location {place}",
        listing=Listing(
            service="EVENTARC",
            path="projects/{project}/locations/{place}/triggers",
            member="triggers",
            by="region",
        ),
    ),
)
