"""Backups and vaults: which go, which are somewhere else, and where less is kept."""

from collections.abc import Iterator

from tricenter.policies.diff.danger import Change, Loss, Verb
from tricenter.topology.placement import place_vaults
from tricenter.topology.spec_backups import Backup
from tricenter.topology.units import format_duration


def find(change: Change) -> Iterator[Loss]:
    """Schedules, copies and vaults that go, and retention that shrinks."""
    for name, old in sorted(change.old.backups.items()):
        new = change.new.backups.get(name)
        if new is None:
            copies = ", ".join(old.copies)
            yield _gone(
                f"backup {name}", f"{name} goes with its copies in {copies}", "backups", name
            )
        else:
            yield from _databases(change, name, old, new)
            yield from _copies(change, name, old, new)
            yield from _kept(name, old, new)
    yield from _vaults(change)


def _databases(change: Change, name: str, old: Backup, new: Backup) -> Iterator[Loss]:
    for database in old.of:
        if database not in new.of and database in change.new.databases:
            message = (
                f"{name} no longer backs up {database}: its backups expire and no new one comes"
            )
            yield _changed("delete", f"backup {name} of {database}", message, name, "of")


def _copies(change: Change, name: str, old: Backup, new: Backup) -> Iterator[Loss]:
    first, now = old.copies[0], new.copies[0]
    if first != now and first in change.new.sites:
        message = f"the repository of {name} moves from {first} to {now}, where it begins empty"
        yield _changed("replace", f"repository {name}", message, name, "copies")
    for place in old.copies:
        stays = place in change.new.sites or place in change.new.vaults
        if place not in new.copies and stays and place != first:
            message = (
                f"the copy of {name} in {place} goes; {len(new.copies)} of {len(old.copies)} stay"
            )
            yield _changed("delete", f"backup {name} in {place}", message, name, "copies")


def _kept(name: str, old: Backup, new: Backup) -> Iterator[Loss]:
    for period in ("daily", "weekly", "monthly"):
        before, after = getattr(old.keep, period), getattr(new.keep, period)
        if after < before:
            message = (
                f"{name} keeps {after} {period} backups instead of {before}: the oldest expire"
            )
            yield _changed("shrink", f"backup {name}", message, name, "keep", period)
    if old.immutable and (new.immutable or 0) < old.immutable:
        until = f"{format_duration(new.immutable)} instead of " if new.immutable else "not, before "
        message = f"backups of {name} are immutable {until}{format_duration(old.immutable)}"
        yield _changed("shrink", f"backup {name}", message, name, "immutable")
    if old.log is not None and new.log is None:
        message = (
            f"{name} no longer keeps the log: only whole backups can be restored, no moment between"
        )
        yield _changed("shrink", f"backup {name}", message, name, "log")


def _vaults(change: Change) -> Iterator[Loss]:
    places = (
        place_vaults(change.old, change.old_target),
        place_vaults(change.new, change.new_target),
    )
    for name, old in sorted(change.old.vaults.items()):
        new = change.new.vaults.get(name)
        if new is None:
            yield _gone(f"vault {name}", f"{name} goes with the cold copies in it", "vaults", name)
            continue
        was, now = places[0].get(name), places[1].get(name)
        same_target = change.old_target == change.new_target
        pairs = [("medium", old.medium, new.medium), ("account", old.account, new.account)]
        if same_target and was is not None and now is not None and was != now:
            pairs.append(("place", f"{was.cloud} {was.region}", f"{now.cloud} {now.region}"))
        for what, before, after in pairs:
            if before != after:
                words = (
                    f"its {what} {before or 'of the operator'} becomes {after or 'the operator'}"
                )
                key = what if what != "place" or now is None else now.cloud
                yield Loss(
                    verb="replace",
                    subject=f"vault {name}",
                    message=f"{name} is made anew, empty: {words}",
                    path=("vaults", name, key),
                    side="new",
                    at="value",
                )


def _gone(subject: str, message: str, *path: str) -> Loss:
    return Loss(verb="delete", subject=subject, message=message, path=path, side="old")


def _changed(verb: Verb, subject: str, message: str, name: str, *path: str) -> Loss:
    where = ("backups", name, *path)
    return Loss(verb=verb, subject=subject, message=message, path=where, side="new")
