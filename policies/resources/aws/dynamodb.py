"""Amazon DynamoDB: tables. The service spreads them over zones and encrypts them by itself.

Each replica of a global table has point-in-time recovery of its own, off unless it is asked for;
the resources of replicas say it beside the table or inside. Checked 2026-11-30:
https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/dynamodb_table
https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/dynamodb_table_replica
"""

from collections.abc import Iterator
from dataclasses import replace

from tricenter.policies.resources.facts import Database, Fact, Group
from tricenter.policies.resources.resource import Resource
from tricenter.policies.resources.stamps import tags_of
from tricenter.policies.resources.values import (
    UNKNOWN,
    Known,
    as_flag,
    as_text,
    each,
    text_or_unknown,
    walk,
)


def table(made: Resource) -> Iterator[Fact]:
    """A table; the replicas that are part of it are restored with what each of them keeps."""
    yield Database(
        place=made.place,
        title=f"DynamoDB table {made.name}",
        identities=made.identities("name"),
        deletion_protection=made.flag("deletionProtectionEnabled"),
        arn=made.arn("dynamodb", "table/", "name", "DynamoDB"),
        tags=tags_of(made, "tags"),
        point_in_time=_recovered(made),
        elsewhere=_replicated(made),
    )


def replica(made: Resource) -> Iterator[Fact]:
    """A replica that is a resource of its own; nothing asks it to refuse its deletion, since the
    table and the other replicas stay."""
    stated = made.read("deletionProtectionEnabled") is not None
    yield Database(
        place=made.place,
        title=f"DynamoDB replica {made.name}",
        identities=made.identities(),
        source=made.link("globalTableArn"),
        deletion_protection=made.flag("deletionProtectionEnabled") if stated else None,
        point_in_time=made.flag("pointInTimeRecovery"),
        tags=tags_of(made, "tags"),
    )


def global_table(made: Resource) -> Iterator[Fact]:
    """The first version of global tables: tables of one name in several regions."""
    name = text_or_unknown(made.read("name"))
    named = [made.named(name) for _ in each(made.read("replicas"))]
    regions = [as_text(walk(one, "regionName")) for one in each(made.read("replicas"))]
    yield Group(
        place=made.place,
        title=f"DynamoDB global table {made.name}",
        members=tuple(
            replace(link, region=region)
            for link, region in zip(named, regions, strict=True)
            if isinstance(region, str)
        ),
    )


def _recovered(made: Resource) -> Known[bool]:
    """Whether the table and each replica inside it can be restored to a moment."""
    replicas = [as_flag(walk(one, "pointInTimeRecovery")) for one in each(made.read("replicas"))]
    answers = [made.flag("pointInTimeRecovery.enabled"), *replicas]
    if any(answer is False or answer is None for answer in answers):
        return False
    return UNKNOWN if UNKNOWN in answers else True


def _replicated(made: Resource) -> Known[bool]:
    found = made.read("replicas")
    if found is UNKNOWN:
        return UNKNOWN
    regions = [as_text(walk(one, "regionName")) for one in each(found)]
    if UNKNOWN in regions:
        return UNKNOWN
    return any(region != made.place.region for region in regions)


READS = {
    "aws:dynamodb/table:Table": table,
    "aws:dynamodb/tableReplica:TableReplica": replica,
    "aws:dynamodb/globalTable:GlobalTable": global_table,
}
