"""SQS."""

from tricenter.topology.cloud_types.row import Again, CloudType

TYPES = (
    CloudType(
        type="aws:sqs/queue:Queue",
        kind="sqs",
        removal="sqs delete-queue --queue-url https://sqs.{place}.{suffix}/{owner}/{name}",
        known=Again(why="SQS answers with the queue of that name and these settings"),
    ),
    CloudType(
        type="aws:sqs/queuePolicy:QueuePolicy",
        known=Again(why="a setting of its queue"),
    ),
)
