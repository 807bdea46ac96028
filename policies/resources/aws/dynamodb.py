"""Amazon DynamoDB: tables. The service spreads them over zones and encrypts them by itself."""

from collections.abc import Iterator

from tricenter.policies.resources.facts import Database, Fact
from tricenter.policies.resources.resource import Resource
from tricenter.policies.resources.values import UNKNOWN, Known, each


def table(made: Resource) -> Iterator[Fact]:
    """A table; its replicas are part of it."""
    yield Database(
        place=made.place,
        title=f"DynamoDB table {made.name}",
        identities=made.identities("name"),
        deletion_protection=made.flag("deletionProtectionEnabled"),
        point_in_time=made.flag("pointInTimeRecovery.enabled"),
        elsewhere=_replicated(made),
    )


def _replicated(made: Resource) -> Known[bool]:
    found = made.read("replicas")
    return UNKNOWN if found is UNKNOWN else any(True for _ in each(found))


READS = {"aws:dynamodb/table:Table": table}
