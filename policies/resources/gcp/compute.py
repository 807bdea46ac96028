"""Compute Engine: disks and the schedules of their snapshots. Google encrypts them by itself."""

from collections.abc import Iterator

from tricenter.policies.resources.backup_facts import Schedule, Selection, Volume
from tricenter.policies.resources.facts import Fact, Link
from tricenter.policies.resources.resource import Resource
from tricenter.policies.resources.stamps import tags_of
from tricenter.policies.resources.values import UNKNOWN, Known, as_number, text_or_unknown

DAY, WEEK = 24.0, 168.0


def disk(made: Resource) -> Iterator[Fact]:
    """A disk that outlives its machine."""
    yield Volume(
        place=made.place,
        title=f"disk {made.name}",
        identities=made.identities("name", "selfLink"),
        encrypted=None,
        tags=tags_of(made, "labels"),
    )
    policies = made.links("resourcePolicies")
    if policies:
        yield Selection(
            place=made.place,
            title=f"snapshots of {made.name}",
            plan=policies[0],
            resources=(_itself(made),),
        )


def attachment(made: Resource) -> Iterator[Fact]:
    """What puts a disk under a schedule."""
    yield Selection(
        place=made.place,
        title=f"snapshots {made.name}",
        plan=made.link("name"),
        resources=_one(made.link("disk")),
    )


def schedule(made: Resource) -> Iterator[Fact]:
    """A schedule of snapshots; a resource policy about anything else is none."""
    if made.read("snapshotSchedulePolicy") is None:
        return
    yield Schedule(
        place=made.place,
        title=f"snapshot schedule {made.name}",
        identities=made.identities("name", "selfLink"),
        hours=_hours(made),
        of_databases=False,
    )


def _hours(made: Resource) -> Known[float] | None:
    base = "snapshotSchedulePolicy.schedule"
    if made.read(base) is UNKNOWN:
        return UNKNOWN
    hourly = as_number(made.read(f"{base}.hourlySchedule.hoursInCycle"))
    if hourly is not None:
        return hourly
    days = as_number(made.read(f"{base}.dailySchedule.daysInCycle"))
    if days is not None:
        return UNKNOWN if days is UNKNOWN else days * DAY
    return WEEK if made.read(f"{base}.weeklySchedule") is not None else None


def _one(link: Link | None) -> tuple[Link, ...]:
    return () if link is None else (link,)


def _itself(made: Resource) -> Link:
    return Link(urns=(made.urn,), name=text_or_unknown(made.read("name")))


READS = {
    "gcp:compute/disk:Disk": disk,
    "gcp:compute/regionDisk:RegionDisk": disk,
    "gcp:compute/diskResourcePolicyAttachment:DiskResourcePolicyAttachment": attachment,
    "gcp:compute/regionDiskResourcePolicyAttachment:RegionDiskResourcePolicyAttachment": attachment,
    "gcp:compute/resourcePolicy:ResourcePolicy": schedule,
}
