"""Questions that several resources answer together; three answers: yes, no, not known yet."""

from collections.abc import Iterator

from tricenter.policies.resources.arns import region_of
from tricenter.policies.resources.backup_facts import Schedule, Vault
from tricenter.policies.resources.facts import Database, Fact, Link, Member
from tricenter.policies.resources.graph import Graph, Unit
from tricenter.policies.resources.selections import planned, plans_of
from tricenter.policies.resources.values import UNKNOWN, Known

SERVERLESS = "db.serverless"


def in_zones(unit: Unit, copy: Database) -> Known[bool] | None:
    """Whether a copy spans zones: by itself or by its members; None where the service decides."""
    if not copy.by_members:
        return copy.several_zones
    members = [one for one in unit.members_of(copy) if one.stands_in is not False]
    if any(member.several_zones is True for member in members):
        return True
    if any(member.several_zones is UNKNOWN or member.zone is UNKNOWN for member in members):
        return UNKNOWN
    if any(member.stands_in is UNKNOWN for member in members):
        return UNKNOWN
    # AlloyDB's instances say it each for itself; what says no is in one zone.
    members = [member for member in members if member.several_zones is None]
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
    return (
        UNKNOWN
        if doubtful or any(planned(graph, copy) is UNKNOWN for copy in unit.copies)
        else False
    )


def copied(graph: Graph, schedule: Schedule) -> Known[bool]:
    """Whether a schedule copies into another region than its own."""
    own, doubtful = schedule.place.region, False
    for copy in schedule.copies:
        regions = [] if copy.vault is None else list(_regions(graph, copy.vault))
        if any(region not in (own, None, UNKNOWN) for region in regions):
            return True
        doubtful = doubtful or not regions or UNKNOWN in regions or own in (None, UNKNOWN)
    return UNKNOWN if doubtful else False


def _regions(graph: Graph, link: Link) -> Iterator[Known[str] | None]:
    if link.name is not UNKNOWN:
        yield region_of(link.name)
        return
    for vault in graph.all(link, Vault):
        yield vault.place.region


def sized(unit: Unit) -> list[tuple[Fact, Known[str]]]:
    """What can take over of a database's copies with their sizes, the first copy's first.

    What grows by itself is of the size that it may grow to.
    """
    copies = sorted(unit.copies, key=lambda copy: copy is not unit.first)
    machines: list[tuple[Database | Member, Known[str] | None]] = []
    for copy in copies:
        if copy.stands_in is not False:
            machines.append((copy, copy.size))
        machines += [
            (member, _grown(member.size, copy))
            for member in unit.members_of(copy)
            if member.stands_in is not False
        ]
    return [(machine, size) for machine, size in machines if size is not None]


def _grown(size: Known[str] | None, copy: Database) -> Known[str] | None:
    if size != SERVERLESS or copy.ceiling is None:
        return size
    if copy.ceiling is UNKNOWN:
        return UNKNOWN
    return f"{SERVERLESS} of up to {copy.ceiling:g} ACU"
