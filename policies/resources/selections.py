"""What backup plans and schedules of snapshots are for; three answers: yes, no, not known yet."""

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from tricenter.policies.resources.arns import Arn, covers
from tricenter.policies.resources.backup_facts import (
    Attachment,
    Condition,
    Machine,
    OptIn,
    Schedule,
    Selection,
    Volume,
)
from tricenter.policies.resources.facts import Database, Fact, Link, Tags
from tricenter.policies.resources.graph import Graph, leads_to
from tricenter.policies.resources.values import UNKNOWN, Known

NAMED_IS_ENOUGH = frozenset({"RDS", "DynamoDB", "EBS", "EC2"})
"""Services that a plan which names a resource backs up whatever the settings of the region say.
https://docs.aws.amazon.com/aws-backup/latest/devguide/assigning-resources.html (2026-11-30)"""


def plans_of(graph: Graph, fact: Fact) -> Iterator[Schedule]:
    """The schedules of the plans that a resource is selected by."""
    for selection in graph.of(Selection):
        if selection.plan is not None and selects(graph, selection, fact) is True:
            yield from (s for s in graph.of(Schedule) if leads_to(selection.plan, s))


def planned(graph: Graph, fact: Fact, days: float = 0) -> Known[bool]:
    """Whether a backup plan is for a resource, and keeps its backups for so many days."""
    answers = [_long_enough(plan, days) for plan in plans_of(graph, fact)]
    answers += [
        UNKNOWN
        for selection in graph.of(Selection)
        if selection.plan is not None and selects(graph, selection, fact) is UNKNOWN
    ]
    return any_of(answers)


def _long_enough(plan: Schedule, days: float) -> Known[bool]:
    """Whether a rule of a plan, or a copy of it, keeps its backups for so many days."""
    kept = [one.days for one in (plan.kept, *plan.copies) if one is not None]
    return any_of(
        UNKNOWN if one is UNKNOWN else one is None or one >= days for one in kept or [None]
    )


def snapshotted(graph: Graph, volume: Volume) -> Known[bool]:
    """Whether a schedule of snapshots is for a disk, or for the machine that it is at."""
    return any_of(selects(graph, selection, volume) for selection in graph.of(Selection))


def selects(graph: Graph, selection: Selection, fact: Fact) -> Known[bool]:
    """Whether a selection is for a resource, or for the machine that a disk is at.

    A plan works in its own region. What is named or has one of the tags is in; of that only what
    meets every condition and is not taken out.
    """
    of_disk = selection.of != "machines" and _takes(graph, selection, fact, _tags(fact), fact.arn)
    if of_disk is True or not isinstance(fact, Volume) or selection.of == "volumes":
        return of_disk
    return any_of([of_disk, *_by_machine(graph, selection, fact)])


def _by_machine(graph: Graph, selection: Selection, volume: Volume) -> Iterator[Known[bool]]:
    if volume.machine is not None:
        yield _takes(graph, selection, volume, volume.machine_tags, volume.machine)
    for one in graph.of(Attachment):
        machine = graph.find(one.machine, Machine)
        if one.volume and leads_to(one.volume, volume) and isinstance(machine, Machine):
            yield _takes(graph, selection, machine, machine.tags, machine.arn)


def _takes(
    graph: Graph, selection: Selection, fact: Fact, tags: Known[Tags], arn: Arn | None
) -> Known[bool]:
    regions = {selection.place.region, fact.place.region}
    if len(regions) > 1 and not regions & {None, UNKNOWN}:
        return False
    named = any_of(_matches(link, fact, arn) for link in selection.resources)
    wide = any_of(link.name == "*" for link in selection.resources)
    chosen = any_of([named, _has_one(tags, selection.tags), selection.everything if arn else False])
    kept = [
        *_conditions(selection, tags),
        negation(any_of(_matches(link, fact, arn) for link in selection.not_resources)),
        negation(_has_one(tags, selection.not_tags)),
        _of_a_type(selection, fact),
        selection.enabled,
        _opted_in(graph, selection, arn, by_name=named is True and wide is not True),
    ]
    return all_of([chosen, *kept])


def _matches(link: Link, fact: Fact, arn: Arn | None) -> Known[bool]:
    """Whether a name, an ARN or a pattern is for a resource; what comes of other resources is not,
    and what comes of none is known only once it is made."""
    if leads_to(link, fact):
        return True
    if link.name is UNKNOWN:
        return False if link.urns else UNKNOWN
    return covers(link.name, arn) if arn is not None and "*" in link.name else False


def _tags(fact: Fact) -> Known[Tags]:
    return fact.tags if isinstance(fact, Volume | Database | Machine) else ()


def _has_one(tags: Known[Tags], wanted: Known[Tags]) -> Known[bool]:
    """Whether one of the wanted tags is there: they are alternatives."""
    if wanted == ():
        return False
    if tags is UNKNOWN or wanted is UNKNOWN:
        return UNKNOWN
    return not set(wanted).isdisjoint(tags)


def _conditions(selection: Selection, tags: Known[Tags]) -> Iterator[Known[bool]]:
    if selection.conditions is UNKNOWN:
        yield UNKNOWN
        return
    for condition in selection.conditions:
        yield UNKNOWN if tags is UNKNOWN else _meets(dict(tags), condition)


def _meets(tags: dict[str, str], condition: Condition) -> bool:
    """Whether tags meet a condition; what has no such tag meets those that say what it must not
    be."""
    value = tags.get(condition.key)
    if value is None:
        return condition.negated
    hit = fnmatchcase(value, condition.value) if condition.like else value == condition.value
    return hit is not condition.negated


def _of_a_type(selection: Selection, fact: Fact) -> Known[bool]:
    if selection.not_types == () or not isinstance(fact, Volume):
        return True
    if selection.not_types is UNKNOWN or fact.kind is UNKNOWN:
        return UNKNOWN
    return fact.kind not in selection.not_types


def _opted_in(graph: Graph, selection: Selection, arn: Arn | None, *, by_name: bool) -> Known[bool]:
    """Whether the region's settings let a plan back up this service."""
    if arn is None or selection.plan is None or (by_name and arn.opt_in in NAMED_IS_ENOUGH):
        return True
    for one in graph.of(OptIn):
        if one.place.region in (selection.place.region, None):
            if one.services is UNKNOWN:
                return UNKNOWN
            return dict(one.services).get(arn.opt_in, True)
    return True


def any_of(answers: Iterable[Known[bool]]) -> Known[bool]:
    """Yes as soon as one is, else not known as soon as one is not."""
    found = list(answers)
    if True in found:
        return True
    return UNKNOWN if UNKNOWN in found else False


def all_of(answers: Iterable[Known[bool]]) -> Known[bool]:
    """No as soon as one is, else not known as soon as one is not."""
    return negation(any_of(negation(one) for one in answers))


def negation(answer: Known[bool]) -> Known[bool]:
    """The other answer; what is not known stays so."""
    return UNKNOWN if answer is UNKNOWN else not answer
