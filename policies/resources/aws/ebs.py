"""Amazon EBS: volumes, and the snapshots that Data Lifecycle Manager makes of them by tag."""

from collections.abc import Iterator

from tricenter.policies.resources.facts import Fact, Schedule, Selection, Volume
from tricenter.policies.resources.resource import Resource
from tricenter.policies.resources.schedules import hours_between
from tricenter.policies.resources.stamps import tags_of
from tricenter.policies.resources.values import UNKNOWN, Known, as_number, as_text, each, walk


def volume(made: Resource) -> Iterator[Fact]:
    """A volume that outlives its machine."""
    yield Volume(
        place=made.place,
        title=f"EBS volume {made.name}",
        identities=made.identities(),
        encrypted=made.flag("encrypted"),
        tags=tags_of(made, "tags"),
    )


def lifecycle(made: Resource) -> Iterator[Fact]:
    """Snapshots of what has a tag: how often, and of which."""
    for schedule in each(made.read("policyDetails.schedules")):
        yield Schedule(
            place=made.place,
            title=f"snapshots {made.name}",
            hours=_hours(schedule),
            enabled=_enabled(made),
            of_databases=False,
        )
    yield Selection(
        place=made.place,
        title=f"snapshots {made.name}",
        plan=None,
        tags=tags_of(made, "policyDetails.targetTags"),
    )


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
    "aws:dlm/lifecyclePolicy:LifecyclePolicy": lifecycle,
}
