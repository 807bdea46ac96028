"""SNS."""

from tricenter.topology.cloud_types.row import Again, ByTags, CloudType

TYPES = (
    CloudType(
        type="aws:sns/topic:Topic",
        kind="sns",
        known=ByTags(arn=True),
        removal="sns delete-topic --topic-arn {reference}",
    ),
    CloudType(
        type="aws:sns/topicPolicy:TopicPolicy",
        known=Again(why="a setting of its topic"),
    ),
    CloudType(
        type="aws:sns/topicSubscription:TopicSubscription",
        known=Again(why="an address is subscribed once"),
    ),
)
