"""What the backups are: how often, where their copies lie, whether they are restored in tests."""

from collections.abc import Iterator

from tricenter.policies.grades.model import Evidence
from tricenter.policies.grades.view import View
from tricenter.policies.notions.centers import home_city
from tricenter.policies.notions.places import is_placed
from tricenter.topology.errors import Path
from tricenter.topology.forecast.words import seconds
from tricenter.topology.links import city_around
from tricenter.topology.names import logical_name
from tricenter.topology.schedule_gaps import longest_gap
from tricenter.topology.spec import Topology
from tricenter.topology.spec_backups import Backup
from tricenter.topology.units import format_duration, parse_duration


def full_within(view: View, most: str) -> Iterator[Evidence]:
    """Every database has a full backup at least so often."""
    for name, backup, database in _of_each(view):
        widest = longest_gap(backup.schedule.full, None)
        yield _often(view, name, f"{database}: a full backup", widest, most)
    yield from _without(view)


def _often(view: View, name: str, what: str, widest: float, most: str) -> Evidence:
    late = widest > parse_duration(most)
    text = f"{what} every {seconds(widest)} at the longest" + (
        f", {most} is asked for" if late else ""
    )
    path: Path = ("backups", name, "schedule")
    mark = "missed" if late else "met"
    return Evidence(mark=mark, text=text, path=path, resource=_resource(view))


def off_site(view: View) -> Iterator[Evidence]:
    """Every database has a copy of its backups outside the home city."""
    topology = view.facts.topology
    for name, backup, database in _of_each(view):
        away = [copy for copy in backup.copies if _is_away(topology, copy)]
        text = (
            f"{database}: backups at {', '.join(away) or 'no place'} outside {home_city(topology)}"
        )
        path: Path = ("backups", name, "copies")
        mark = "met" if away else "missed"
        yield Evidence(mark=mark, text=text, path=path, resource=_resource(view))
    yield from _without(view)


def vaulted_by_network(view: View) -> Iterator[Evidence]:
    """Every database's log is sent to a copy outside the home city as it is written."""
    topology = view.facts.topology
    for name, backup, database in _of_each(view):
        away = [copy for copy in backup.copies if _is_away(topology, copy)]
        path: Path = ("backups", name, "log")
        if backup.log and away:
            shown = format_duration(backup.log.ship)
            text = f"{database}: the log reaches {', '.join(away)} within {shown}"
            yield Evidence(mark="met", text=text, path=path, resource=_resource(view))
        else:
            text = f"{database}: no log is sent to a place outside {home_city(topology)}"
            yield Evidence(mark="missed", text=text, path=path)
    yield from _without(view)


def point_in_time(view: View) -> Iterator[Evidence]:
    """Every database can be restored to a moment: its log is kept beside its backups."""
    for name, backup, database in _of_each(view):
        path: Path = ("backups", name, "log")
        text = f"{database}: the log is {'' if backup.log else 'not '}kept beside the backups"
        yield Evidence(mark="met" if backup.log else "missed", text=text, path=path)
    yield from _without(view)


def restore_test_scheduled(view: View) -> Iterator[Evidence]:
    """Every database has a schedule of restore tests."""
    for name, backup, database in _of_each(view):
        path: Path = ("backups", name, "restore_test")
        if backup.restore_test:
            text = f"{database}: a restore test is scheduled {backup.restore_test}"
            yield Evidence(mark="met", text=text, path=path, resource=_resource(view))
        else:
            yield Evidence(
                mark="missed", text=f"{database}: no restore test is scheduled", path=path
            )
    yield from _without(view)


def held_apart(view: View) -> Iterator[Evidence]:
    """Every database has a copy that the operator of the databases cannot delete."""
    topology = view.facts.topology
    for name, backup, database in _of_each(view):
        locked = [
            copy
            for copy in backup.copies
            if (vault := topology.vaults.get(copy)) is not None and vault.account
        ]
        path: Path = ("backups", name, "copies")
        held = f"held in {', '.join(locked)} by an account of its own"
        text = f"{database}: {held if locked else 'no copy is in an account of its own'}"
        yield Evidence(mark="met" if locked else "missed", text=text, path=path)
    yield from _without(view)


def _of_each(view: View) -> Iterator[tuple[str, Backup, str]]:
    """Of each database the first backup that keeps it."""
    backups = view.facts.topology.backups
    for database in sorted(view.facts.topology.databases):
        for name, backup in sorted(backups.items()):
            if database in backup.of:
                yield name, backup, database
                break


def _without(view: View) -> Iterator[Evidence]:
    topology = view.facts.topology
    kept = {database for backup in topology.backups.values() for database in backup.of}
    for database in sorted(set(topology.databases) - kept):
        text, path = f"{database} has no backup", ("databases", database)
        yield Evidence(mark="missed", text=text, path=path, at="key")


def _is_away(topology: Topology, copy: str) -> bool:
    """Whether a copy lies outside the home city: another city, or a place of its own."""
    if copy in topology.sites:
        return topology.sites[copy].city != home_city(topology)
    vault = topology.vaults[copy]
    return is_placed(vault) and city_around(topology, vault) != home_city(topology)


def _resource(view: View) -> str:
    return logical_name(view.facts.topology.name, None, "snapshots")
