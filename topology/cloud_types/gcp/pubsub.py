"""Pub/Sub."""

from tricenter.topology.cloud_types.row import Again, ByName, CloudType, Listing

TYPES = (
    CloudType(
        type="gcp:pubsub/topic:Topic",
        kind="topic",
        known=ByName(id="projects/{project}/topics/{name}"),
        removal="pubsub topics delete {name}",
        listing=Listing(service="PUBSUB", path="projects/{project}/topics", member="topics"),
    ),
    CloudType(
        type="gcp:pubsub/topicIAMMember:TopicIAMMember",
        known=Again(why="who has a role has it still"),
    ),
)
