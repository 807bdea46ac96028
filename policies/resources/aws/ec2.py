"""Amazon EC2: the disks that machines bring with them."""

from collections.abc import Iterator

from tricenter.policies.resources.facts import Fact, Volume
from tricenter.policies.resources.resource import Resource
from tricenter.policies.resources.stamps import tags_of
from tricenter.policies.resources.values import UNKNOWN, as_flag, each, walk


def instance(made: Resource) -> Iterator[Fact]:
    """The data disks of a machine that are no resources of their own; its root disk can be made
    again from the image."""
    disks = made.read("ebsBlockDevices")
    for disk in each(disks):
        encrypted = as_flag(walk(disk, "encrypted"))
        yield Volume(
            place=made.place,
            title=f"disk {walk(disk, 'deviceName')} of EC2 instance {made.name}",
            encrypted=False if encrypted is None else encrypted,
            tags=tags_of(made, "volumeTags"),
        )
    if disks is UNKNOWN:
        yield Volume(
            place=made.place, title=f"disks of EC2 instance {made.name}", encrypted=UNKNOWN
        )


READS = {"aws:ec2/instance:Instance": instance}
