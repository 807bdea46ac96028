"""What AWS goes on listing after it was deleted: keys, secrets, machines, parts of networks."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from tricenter.drills.cloud.leftovers import Leftover, Scan
from tricenter.roles.aws.calls import NotThere, Regions
from tricenter.topology.cloud_types import types_of
from tricenter.topology.cloud_types.row import States

GONE = {"deleted", "deleting", "terminated", "rejected", "expired", "failed"}
"""States of parts of EC2 that are listed for an hour or two more (checked 2026-11-24).

https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html
https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-working-with.html
"""


def set_aside_the_going(regions: Regions, scan: Scan) -> None:
    """Take out of a scan what is gone and only still listed, with its tags.

    A key waits at least seven days; nobody can make it go sooner (checked 2026-11-24).
    https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html
    """
    asked: Mapping[str, Callable[[Regions, Leftover], str | None]] = {
        "kms key": _key_goes,
        "secretsmanager secret": _secret_goes,
        "ec2 instance": _machine_goes,
        **dict.fromkeys(_parts(), _part_goes),
        # The real tagging service spells it so.
        "ec2 nat-gateway": _part_goes,
    }
    for entry in sorted(scan.found):
        goes = asked.get(entry.kind)
        with scan.noting(f"{entry.kind} {entry.name}"):
            if goes is not None and (when := goes(regions, entry)) is not None:
                scan.found.discard(entry)
                if when:
                    scan.going.append(f"{entry.kind} {entry.name} in {entry.place}: {when}")


@cache
def _parts() -> Mapping[str, States]:
    """How EC2 tells the state of a part of a network, by its kind."""
    return {row.kind: row.goes for row in types_of("aws") if row.goes is not None}


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
    return "" if states <= GONE else None


def _part_goes(regions: Regions, entry: Leftover) -> str | None:
    """Whether a part of a network is gone: an empty text then, as it needs no mention."""
    asked = _parts()[entry.kind.replace("nat-gateway", "natgateway")]
    try:
        answer = regions.call(entry.place, "ec2", asked.operation, **{asked.ids: [entry.name]})
    except NotThere:
        return ""
    states = {_state(found[asked.state]) for found in answer[asked.member]}
    return "" if states <= GONE else None


def _state(told: Any) -> str:
    """The word for a state; a peering has it with a message."""
    return told if isinstance(told, str) else str(told["Code"])
