"""What AWS goes on listing after it was deleted: keys, secrets, machines, peerings."""

from collections.abc import Callable, Mapping

from tricenter.drills.cloud.leftovers import Leftover, Scan
from tricenter.roles.aws.calls import NotThere, Regions

GONE_PEERINGS = {"deleted", "deleting", "rejected", "expired", "failed"}
"""States of a peering that is listed for two hours more (checked 2026-11-24).

https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html
"""


def set_aside_the_going(regions: Regions, scan: Scan) -> None:
    """Some things stay listed, with their tags, long after they were deleted.

    A key waits at least seven days; nobody can make it go sooner (checked 2026-11-24).
    https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html
    """
    asked: Mapping[str, Callable[[Regions, Leftover], str | None]] = {
        "kms key": _key_goes,
        "secretsmanager secret": _secret_goes,
        "ec2 instance": _machine_goes,
        "ec2 vpc-peering-connection": _peering_goes,
    }
    for entry in sorted(scan.found):
        goes = asked.get(entry.kind)
        with scan.noting(f"{entry.kind} {entry.name}"):
            if goes is not None and (when := goes(regions, entry)) is not None:
                scan.found.discard(entry)
                if when:
                    scan.going.append(f"{entry.kind} {entry.name} in {entry.place}: {when}")


def _key_goes(regions: Regions, entry: Leftover) -> str | None:
    try:
        answer = regions.call(entry.place, "kms", "describe_key", KeyId=entry.name)
    except NotThere:
        return ""
    key = answer["KeyMetadata"]
    return f"goes {key.get('DeletionDate')}" if key["KeyState"] == "PendingDeletion" else None


def _secret_goes(regions: Regions, entry: Leftover) -> str | None:
    # The ARN ends in a dash and six characters that are no part of the name.
    name = entry.name.rpartition("-")[0]
    try:
        answer = regions.call(entry.place, "secretsmanager", "describe_secret", SecretId=name)
    except NotThere:
        return ""
    return f"goes after {answer['DeletedDate']}" if answer.get("DeletedDate") else None


def _machine_goes(regions: Regions, entry: Leftover) -> str | None:
    try:
        answer = regions.call(entry.place, "ec2", "describe_instances", InstanceIds=[entry.name])
    except NotThere:
        return ""
    states = {i["State"]["Name"] for r in answer["Reservations"] for i in r["Instances"]}
    return "" if states <= {"terminated"} else None


def _peering_goes(regions: Regions, entry: Leftover) -> str | None:
    try:
        answer = regions.call(
            entry.place,
            "ec2",
            "describe_vpc_peering_connections",
            VpcPeeringConnectionIds=[entry.name],
        )
    except NotThere:
        return ""
    states = {found["Status"]["Code"] for found in answer["VpcPeeringConnections"]}
    return "" if states <= GONE_PEERINGS else None
