"""Secrets Manager."""

from tricenter.topology.cloud_types.row import Again, ByTags, CloudType

TYPES = (
    CloudType(
        type="aws:secretsmanager/secret:Secret",
        kind="secretsmanager secret",
        holds="a database's password, which nobody else knows",
        known=ByTags(arn=True),
        removal="secretsmanager delete-secret --secret-id {name}",
    ),
    CloudType(
        type="aws:secretsmanager/secretVersion:SecretVersion",
        known=Again(why="another version with the same text"),
    ),
)
