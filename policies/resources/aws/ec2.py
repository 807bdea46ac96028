"""Amazon EC2: the disks that machines bring with them."""

from collections.abc import Iterator

from tricenter.policies.resources.arns import Arn
from tricenter.policies.resources.backup_facts import Machine, Volume
from tricenter.policies.resources.facts import Fact
from tricenter.policies.resources.resource import Resource
from tricenter.policies.resources.stamps import tags_of
from tricenter.policies.resources.values import UNKNOWN, as_flag, as_text, each, walk


def instance(made: Resource) -> Iterator[Fact]:
    """A machine, and its data disks that are no resources of their own; its root disk can be made
    again from the image."""
    tags = tags_of(made, "tags")
    yield Machine(
        place=made.place,
        title=f"EC2 instance {made.name}",
        identities=made.identities(),
        arn=_arn(made),
        tags=tags,
    )
    disks = made.read("ebsBlockDevices")
    for disk in each(disks):
        encrypted = as_flag(walk(disk, "encrypted"))
        yield Volume(
            place=made.place,
            title=f"disk {walk(disk, 'deviceName')} of EC2 instance {made.name}",
            encrypted=False if encrypted is None else encrypted,
            tags=tags_of(made, "volumeTags"),
            kind=as_text(walk(disk, "volumeType")),
            machine=_arn(made),
            machine_tags=tags,
        )
    if disks is UNKNOWN:
        yield Volume(
            place=made.place,
            title=f"disks of EC2 instance {made.name}",
            encrypted=UNKNOWN,
            tags=UNKNOWN,
        )


def _arn(made: Resource) -> Arn:
    return made.arn("ec2", "instance/", "id", "EC2")


READS = {"aws:ec2/instance:Instance": instance}
