"""Questions that several resources answer together; three answers: yes, no, not known yet."""

from collections.abc import Iterable, Iterator

from tricenter.policies.resources.facts import (
    Database,
    Fact,
    Link,
    Member,
    Record,
    Schedule,
    Selection,
    Vault,
    Volume,
)
from tricenter.policies.resources.graph import Graph, Unit, leads_to
from tricenter.policies.resources.values import UNKNOWN, Known

ADDRESS_KINDS = frozenset({"A", "AAAA"})
ARN_REGION = 3
"""The place of the region among the parts of an ARN."""


def in_zones(unit: Unit, copy: Database) -> Known[bool] | None:
    """Whether a copy spans zones: by itself or by its members; None where the service decides."""
    if not copy.by_members:
        return copy.several_zones
    members = unit.members_of(copy)
    if any(member.several_zones is True for member in members):
        return True
    if any(member.several_zones is UNKNOWN or member.zone is UNKNOWN for member in members):
        return UNKNOWN
    zones = {member.zone for member in members}
    # Aurora spreads members that name no zone.
    return len(zones) > 1 or (zones == {None} and len(members) > 1)


def elsewhere(graph: Graph, unit: Unit) -> Known[bool]:
    """Whether a replica, a global table or copies of backups are in another region."""
    if any(copy.elsewhere is True for copy in unit.copies) or unit.backups:
        return True
    regions = {copy.place.region for copy in unit.copies}
    if len(regions - {None, UNKNOWN}) > 1:
        return True
    plans = [plan for copy in unit.copies for plan in plans_of(graph, copy)]
    answers = [copied(graph, plan) for plan in plans]
    if True in answers:
        return True
    doubtful = UNKNOWN in answers or UNKNOWN in {copy.elsewhere for copy in unit.copies}
    doubtful = doubtful or unit.open_ended or (len(unit.copies) > 1 and UNKNOWN in regions)
    return UNKNOWN if doubtful or unknown_selections(graph, unit.copies) else False


def copied(graph: Graph, schedule: Schedule) -> Known[bool]:
    """Whether a schedule copies into another region than its own."""
    own, doubtful = schedule.place.region, False
    for link in schedule.copies:
        regions = list(_regions(graph, link))
        if any(region not in (own, None, UNKNOWN) for region in regions):
            return True
        doubtful = doubtful or not regions or UNKNOWN in regions or own in (None, UNKNOWN)
    return UNKNOWN if doubtful else False


def _regions(graph: Graph, link: Link) -> Iterator[Known[str] | None]:
    if link.name is not UNKNOWN:
        parts = link.name.split(":")
        yield parts[ARN_REGION] if len(parts) > ARN_REGION else None
        return
    for vault in graph.all(link, Vault):
        yield vault.place.region


def plans_of(graph: Graph, fact: Fact) -> Iterator[Schedule]:
    """The schedules of the plans that a resource is selected by."""
    for selection in graph.of(Selection):
        if selection.plan is not None and selects(selection, fact) is True:
            yield from (s for s in graph.of(Schedule) if leads_to(selection.plan, s))


def planned(graph: Graph, fact: Fact) -> bool:
    """Whether a backup plan is for a resource."""
    return any(True for _ in plans_of(graph, fact))


def selects(selection: Selection, fact: Fact) -> Known[bool]:
    """Whether a selection is for a resource: by name, by pattern or by tag."""
    for link in selection.resources:
        if link.name == "*" or leads_to(link, fact):
            return True
    tags = fact.tags if isinstance(fact, Volume) else ()
    if selection.tags is UNKNOWN or tags is UNKNOWN:
        return UNKNOWN
    if selection.tags and set(selection.tags) <= set(tags):
        return True
    unclear = any(link.name is UNKNOWN and not link.urns for link in selection.resources)
    return UNKNOWN if unclear else False


def unknown_selections(graph: Graph, facts: Iterable[Fact]) -> bool:
    """Whether some selection may be for one of these, as far as is known now."""
    return any(selects(s, fact) is UNKNOWN for s in graph.of(Selection) for fact in facts)


def snapshotted(graph: Graph, volume: Volume) -> Known[bool]:
    """Whether a schedule of snapshots is for a disk."""
    answers = [selects(selection, volume) for selection in graph.of(Selection)]
    if True in answers:
        return True
    return UNKNOWN if UNKNOWN in answers else False


def sized(unit: Unit) -> list[tuple[Fact, Known[str]]]:
    """The machines of a database's copies with their sizes, the first copy's first."""
    copies = sorted(unit.copies, key=lambda copy: copy is not unit.first)
    machines: list[Database | Member] = []
    for copy in copies:
        machines += [copy, *unit.members_of(copy)]
    return [(machine, machine.size) for machine in machines if machine.size is not None]


def by_domain(graph: Graph) -> list[tuple[Record, ...]]:
    """The records, together with the others of the same zone, name and kind."""
    found: dict[object, list[Record]] = {}
    for record in graph.of(Record):
        domain = record.place.urn if record.domain is UNKNOWN else record.domain
        found.setdefault((record.zone, domain, record.kind), []).append(record)
    return [tuple(records) for records in found.values()]
