"""Amazon EBS: volumes, and the snapshots that Data Lifecycle Manager makes of them by tag."""

from collections.abc import Iterable, Iterator

from tricenter.policies.resources.backup_facts import Attachment, Schedule, Selection, Volume
from tricenter.policies.resources.facts import Fact, Tags
from tricenter.policies.resources.resource import Resource
from tricenter.policies.resources.schedules import hours_between
from tricenter.policies.resources.stamps import tags_of
from tricenter.policies.resources.values import UNKNOWN, Known, as_number, as_text, each, walk

DAY = 24.0


def volume(made: Resource) -> Iterator[Fact]:
    """A volume that outlives its machine."""
    yield Volume(
        place=made.place,
        title=f"EBS volume {made.name}",
        identities=made.identities(),
        encrypted=made.flag("encrypted"),
        arn=made.arn("ec2", "volume/", "id", "EBS"),
        tags=tags_of(made, "tags"),
        kind=made.text("type"),
    )


def attachment(made: Resource) -> Iterator[Fact]:
    """A volume at a machine, whose backups have it in them."""
    yield Attachment(
        place=made.place,
        title=f"attachment {made.name}",
        volume=made.link("volumeId"),
        machine=made.link("instanceId"),
    )


def lifecycle(made: Resource) -> Iterator[Fact]:
    """Snapshots: of what has one of the tags, or by a default policy of everything in the region.

    https://docs.aws.amazon.com/dlm/latest/APIReference/API_CreateLifecyclePolicy.html (2026-11-30)
    """
    default = made.text("defaultPolicy")
    if default is not None:
        yield from _default_policy(made, default)
        return
    if made.read("policyDetails.policyType") == "EVENT_BASED_POLICY":
        return  # acts when a snapshot is shared with this account, and makes none
    for schedule in each(made.read("policyDetails.schedules")):
        yield Schedule(
            place=made.place,
            title=f"snapshots {made.name}",
            hours=_hours(schedule),
            enabled=_enabled(made),
            of_databases=False,
        )
    machines = [str(one) for one in each(made.read("policyDetails.resourceTypes"))] == ["INSTANCE"]
    yield Selection(
        place=made.place,
        title=f"snapshots {made.name}",
        plan=None,
        tags=tags_of(made, "policyDetails.targetTags"),
        of="machines" if machines else "volumes",
        enabled=_enabled(made),
    )


def _default_policy(made: Resource, kind: Known[str]) -> Iterator[Fact]:
    """A policy for each volume, or each machine, that has no recent backup; by default once a day.
    It may say what it is for beside the details or inside."""
    excluded = ("exclusions", "policyDetails.exclusions")
    days = [made.number(path) for path in ("createInterval", "policyDetails.createInterval")]
    every = next((one for one in days if one is not None), 1.0)
    yield Schedule(
        place=made.place,
        title=f"snapshots {made.name}",
        hours=UNKNOWN if every is UNKNOWN else every * DAY,
        enabled=_enabled(made),
        of_databases=False,
    )
    types = [one for path in excluded for one in each(made.read(f"{path}.excludeVolumeTypes"))]
    yield Selection(
        place=made.place,
        title=f"snapshots {made.name}",
        plan=None,
        everything=True,
        not_tags=_all(tags_of(made, f"{path}.excludeTags") for path in excluded),
        not_types=UNKNOWN if UNKNOWN in types else tuple(map(str, types)),
        of="machines" if kind == "INSTANCE" else "volumes",
        enabled=_enabled(made),
    )


def _all(several: Iterable[Known[Tags]]) -> Known[Tags]:
    found: list[tuple[str, str]] = []
    for tags in several:
        if tags is UNKNOWN:
            return UNKNOWN
        found += tags
    return tuple(found)


def _enabled(made: Resource) -> Known[bool]:
    state = made.text("state")
    return UNKNOWN if state is UNKNOWN else state in (None, "ENABLED")


def _hours(schedule: object) -> Known[float] | None:
    written = as_text(walk(schedule, "createRule.cronExpression"))
    if written is not None:
        return hours_between(written)
    return as_number(walk(schedule, "createRule.interval"))


READS = {
    "aws:ebs/volume:Volume": volume,
    "aws:ec2/volumeAttachment:VolumeAttachment": attachment,
    "aws:dlm/lifecyclePolicy:LifecyclePolicy": lifecycle,
}
